"""The guard: what was approved and could not be booked is rolled back."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from gateway import MID, still_open, until
from xpayclient import AsyncClient, Outcome, UsageError, XPayClient, XPayError, _native
from xpayclient._requests import PaymentByKey


def test_it_confirms(gateway, client):
    oid = gateway.order()
    with client.transaction() as tx:
        assert tx.pay_by_key(gateway.paykey(oid), 23400).is_success
        (running,) = [one for one in client.open_transactions() if one.tx_id == tx.tx_id]
        assert (running.state, running.tx_id, running.oid, running.amount) == ("running", tx.tx_id, oid, 23400)
    assert (tx.outcome, tx.error) == (Outcome.ANSWERED, None)
    assert gateway.balance(oid) == 23400 and still_open(client) == []


def test_an_amount_that_the_journal_does_not_know_is_none(gateway, client):
    """The request has none, and no answer came."""
    gateway.fail(*["before:close"] * 4)
    with pytest.raises(XPayError) as raised:
        client.pay_by_key(gateway.paykey(gateway.order()))
    assert [(left.tx_id, left.amount) for left in still_open(client)] == [(raised.value.tx_id, None)]
    gateway.forget_faults()
    assert [undone.amount for undone in client.recover().rolled_back] == [None]


def test_it_rolls_back_and_leaves_the_exception_as_it_is(gateway, client):
    oid = gateway.order()
    wrong = ValueError("no stock")
    with pytest.raises(ValueError) as raised, client.transaction(MID) as tx:
        tx.set("LGD_TXNAME", "PaymentByKey")
        tx.set("LGD_PAYKEY", gateway.paykey(oid))
        assert tx.send().is_success
        raise wrong
    assert raised.value is wrong and raised.value.args == ("no stock",)
    assert tx.outcome is tx.error.outcome is Outcome.ROLLED_BACK
    assert gateway.balance(oid) == 0 and still_open(client) == []


def test_a_rollback_that_is_not_confirmed_is_in_doubt(gateway, client):
    oid = gateway.order()
    with pytest.raises(ValueError), client.transaction() as tx:
        tx.pay_by_key(gateway.paykey(oid), 23400)
        gateway.fail(*["before:close"] * 3)
        raise ValueError
    assert tx.outcome is Outcome.IN_DOUBT and gateway.balance(oid) == 23400
    (left,) = still_open(client)
    assert (left.tx_id, left.amount) == (tx.tx_id, 23400)
    assert [open.tx_id for open in client.recover().rolled_back] == [tx.tx_id]
    assert gateway.balance(oid) == 0


def test_a_decline_is_nothing_to_undo(gateway, client):
    with pytest.raises(ValueError), client.transaction() as tx:
        assert not tx.pay_by_key("no such key").is_success
        raise ValueError
    assert tx.outcome is Outcome.ANSWERED
    assert [request["txname"] for request in gateway.requests(tx.tx_id)] == ["PaymentByKey"]


def test_only_in_its_block_and_only_once(gateway, client):
    tx = client.transaction()
    with pytest.raises(RuntimeError, match="with"):
        tx.pay_by_key("key")
    with tx:
        tx.ping()
        with pytest.raises(RuntimeError, match="once"):
            tx.ping()


def test_before_send_hears_the_number_and_may_refuse(gateway, client):
    heard = []
    with client.transaction(before_send=heard.append) as tx:
        assert tx.pay_by_key(gateway.paykey(gateway.order()), 23400).is_success
    assert heard == [tx.tx_id]
    with pytest.raises(ZeroDivisionError), client.transaction(before_send=lambda tx_id: 1 / 0) as tx:
        tx.pay_by_key(gateway.paykey(gateway.order()), 23400)
    assert gateway.requests(tx.tx_id) == [] and still_open(client) == []


async def _not_run(tx_id):
    raise AssertionError("nobody awaits it")


def _never_asked(tx_id):
    yield tx_id


@pytest.mark.parametrize(("before_send", "why"), [(_not_run, "before_send is async"), (_never_asked, "before_send has a yield")])
def test_nothing_is_sent_that_before_send_has_not_written_down(gateway, client, before_send, why):
    with pytest.raises(TypeError, match=why), client.transaction(before_send=before_send) as tx:
        tx.pay_by_key(gateway.paykey(gateway.order()), 23400)
    assert gateway.requests(tx.tx_id) == [] and still_open(client) == [] and tx.outcome is Outcome.NONE


def test_what_died_in_its_block_is_closed_or_undone(gateway, client, child):
    """By a program that knows whether the shop took note."""
    code = """
        with client.transaction() as tx:
            tx.pay_by_key(arguments[0], 23400)
            os.kill(os.getpid(), signal.SIGKILL)
    """
    for settle, left in [("close_transaction", 23400), ("undo_transaction", 0)]:
        oid = gateway.order()
        with child(code, gateway.paykey(oid)) as process:
            process.wait()
        (dead,) = client.recover().open
        assert (dead.state, dead.oid) == ("unconfirmed", oid)
        getattr(client, settle)(dead.tx_id, "looked up")
        assert still_open(client) == [] and gateway.balance(oid) == left
        with pytest.raises(UsageError):
            getattr(client, settle)(dead.tx_id, "looked up")


def test_what_nobody_took_is_rolled_back(gateway, client):
    """As when Ctrl-C comes between the approval and the name it is given to."""
    oid = gateway.order()
    request = PaymentByKey(paykey=gateway.paykey(oid), amount=None, process_timeout=None)
    client._prepare(request, MID).hold()
    assert _native.wait_for_background(60.0) == 0
    assert gateway.balance(oid) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_undoes_nothing(gateway, child):
    code = """
        with client.transaction() as tx:
            tx.pay_by_key(arguments[0], 23400)
            pid = os.fork()
            if pid == 0:
                sys.exit(3)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
        print(tx.outcome, [one for one in client.open_transactions() if one.tx_id == tx.tx_id])
    """
    oid = gateway.order()
    with child(code, gateway.paykey(oid)) as process:
        said, complaint = process.communicate()
    assert said == "3\nanswered []\n", complaint
    assert gateway.balance(oid) == 23400


def test_a_killed_process_leaves_it_to_recovery(gateway, client, child):
    oid = gateway.order()
    gateway.fail("hang")
    with child("client.pay_by_key(arguments[0], 23400)", gateway.paykey(oid)) as process:
        until(lambda: gateway.balance(oid), lambda: process.poll() is None)
        process.kill()
        process.wait()
    assert [open.state for open in still_open(client)] == ["abandoned"]
    recovery = client.recover()
    assert [(open.oid, open.tid, open.is_recoverable) for open in recovery.rolled_back] == [("", "", True)]
    assert recovery.open == [] and not recovery.elsewhere
    assert gateway.balance(oid) == 0


def test_a_process_that_dies_in_the_step_leaves_it_to_the_merchant(gateway, client, child):
    oid = gateway.order()
    code = """
        with client.transaction() as tx:
            tx.pay_by_key(arguments[0], 23400)
            os.kill(os.getpid(), signal.SIGKILL)
    """
    with child(code, gateway.paykey(oid)) as process:
        process.wait()
    (left,) = client.recover().open
    assert (left.state, left.oid, left.amount, left.is_recoverable) == ("unconfirmed", oid, 23400, False)
    assert gateway.balance(oid) == 23400
    assert client.undo(left.tx_id, "looked up").is_success
    assert still_open(XPayClient(gateway.home, "test", mid=MID)) == []


@pytest.mark.parametrize("leave", ["thread", "task"])
def test_an_approval_that_comes_after_the_block_is_undone(gateway, client, leave):
    """As where a greenlet or a task has left what sends. The guard may live on, and holds nothing."""
    oid = gateway.order()
    gateway.fail("delay=300")
    key = gateway.paykey(oid)
    if leave == "thread":
        with ThreadPoolExecutor(1) as pool, pytest.raises(ZeroDivisionError), client.transaction() as tx:
            sent = pool.submit(tx.pay_by_key, key, 23400)
            until(lambda: gateway.balance(oid))
            assert tx.outcome is Outcome.IN_DOUBT and tx.tx_id
            raise ZeroDivisionError
        assert sent.result().is_success
    else:

        async def main():
            with pytest.raises(ZeroDivisionError):
                async with AsyncClient(gateway.home, "test", mid=MID).transaction() as tx:
                    sent = asyncio.ensure_future(tx.pay_by_key(key, 23400))
                    await asyncio.get_running_loop().run_in_executor(None, until, lambda: gateway.balance(oid))
                    raise ZeroDivisionError
            assert (await sent).is_success
            return tx

        tx = asyncio.run(main())
    assert (tx.outcome, tx.error.code, gateway.balance(oid)) == (Outcome.ROLLED_BACK, "90007", 0)
    assert still_open(client) == []
