"""One client, many threads; and after a fork."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from gateway import MID, PATIENCE, until


def test_typed_calls_from_many_threads(gateway, client):
    orders = [gateway.order() for _ in range(16)]
    with ThreadPoolExecutor(8) as pool:
        paid = list(pool.map(lambda oid: client.pay_by_key(gateway.paykey(oid), 23400), orders))
    assert [result.oid for result in paid] == orders


def test_the_vendors_calls_from_many_threads_are_each_their_own(gateway, client):
    orders = [gateway.order() for _ in range(8)]
    together = threading.Barrier(8)

    def pay(oid):
        client.Init_TX(MID)
        together.wait()
        client.Set("LGD_TXNAME", "PaymentByKey")
        client.Set("LGD_PAYKEY", gateway.paykey(oid))
        together.wait()
        assert client.TX(), client.Response_Msg()
        together.wait()
        return client.Response("LGD_OID")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(pay, orders)) == orders


def test_another_threads_transaction_is_not_to_be_had(client):
    client.Init_TX(MID)
    with ThreadPoolExecutor(1) as pool:
        for call in (client.TX, client.Response_Code, lambda: client.Set("LGD_TXNAME", "Ping")):
            with pytest.raises(RuntimeError, match="another thread"):
                pool.submit(call).result()
        assert pool.submit(client.Init_TX, MID).result()
        assert pool.submit(client.Set, "LGD_TXNAME", "Ping").result()
        assert pool.submit(client.TX).result()
    assert client.Response_Code() == ""


def test_signatures_belong_to_no_thread(client):
    client.Init_TX(MID)
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(client.GetHashData, MID, "order-1", "1000", "20261123120000").result()
        pool.submit(client.Log, "from another thread").result()
        with pytest.raises(RuntimeError, match="another thread"):
            pool.submit(client.TX).result()
    assert made == client.GetHashData(MID, "order-1", "1000", "20261123120000")


def test_a_setting_holds_for_all_threads_from_their_next_transaction_on(client):
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(client.Init_TX, MID).result()
        client.SetConfig(MID, "")
        assert not pool.submit(client.Init_TX, MID).result()
        assert pool.submit(client.Response_Code).result() == "10004"


def test_others_run_while_one_waits(gateway, client, child):
    """A payment hangs in one thread; the other pays meanwhile."""
    code = """
        slow = threading.Thread(target=lambda: client.pay_by_key(arguments[0], 23400), daemon=True)
        slow.start()
        sys.stdin.readline()
        print(client.pay_by_key(arguments[1], 23400).code, slow.is_alive(), flush=True)
        os._exit(0)
    """
    hanging, quick = gateway.order(), gateway.order()
    gateway.fail("hang")
    code = code.replace("sys.stdin.readline()", "open(arguments[2]).readline()")
    pipe = os.path.join(gateway.home, "ready")
    os.mkfifo(pipe)
    try:
        with child(code, gateway.paykey(hanging), gateway.paykey(quick), pipe) as process:
            until(lambda: gateway.balance(hanging), lambda: process.poll() is None)
            with open(pipe, "w") as ready:
                ready.write("\n")
            said, complaint = process.communicate()
    finally:
        os.unlink(pipe)
    assert said == "0000 True\n", complaint
    assert client.recover().open == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_after_a_fork(gateway, child):
    """As gunicorn with --preload: the client is made and used before, its threads are busy, the children pay."""
    code = f"""
        client.ping()
        client.Init_TX("{MID}"), client.Set("LGD_TXNAME", "Ping"), client.TX()
        over = threading.Event()
        def busy():
            while not over.is_set():
                client.ping()
        threads = [threading.Thread(target=busy) for _ in range(3)]
        for thread in threads:
            thread.start()
        children = []
        for paykey in arguments:
            pid = os.fork()
            if pid == 0:
                paid = client.pay_by_key(paykey, 23400)
                client.Init_TX("{MID}"), client.Set("LGD_TXNAME", "Cancel"), client.Set("LGD_TID", paid.tid)
                os._exit(0 if client.TX() and client.Response_Code() == "0000" else 1)
            children.append(pid)
        print([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children], flush=True)
        over.set()
    """
    orders = [gateway.order() for _ in range(4)]
    with child(code, *map(gateway.paykey, orders)) as process:
        said, complaint = process.communicate()
    assert said == "[0, 0, 0, 0]\n", complaint
    assert [gateway.payment(oid)["state"] for oid in orders] == ["cancelled"] * 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_while_another_thread_makes_the_first_call(gateway, child):
    """What that thread was about to keep for all calls is not there in the child, and nobody finishes it."""
    code = """
        import builtins
        underway, go_on, find = threading.Event(), threading.Event(), builtins.__import__
        def finds(name, *rest):
            if threading.current_thread() is first and not go_on.is_set():
                underway.set()
                go_on.wait()
            return find(name, *rest)
        first = threading.Thread(target=client.ping)
        builtins.__import__ = finds
        first.start()
        underway.wait()
        pid = os.fork()
        if pid == 0:
            client.ping()
            os._exit(0)
        ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        go_on.set()
        first.join()
        print(ended, flush=True)
    """
    with child(code) as process:
        said, complaint = process.communicate(timeout=PATIENCE)
    assert said == "0\n", complaint
