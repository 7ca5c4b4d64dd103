"""gevent: a payment on a thread of the hub lets other greenlets run, and a greenlet that is killed leaves no approval behind."""

import subprocess
import sys
import textwrap

import pytest
from gateway import MID, until

pytest.importorskip("gevent")

BEGIN = f"""
    from gevent import monkey

    monkey.patch_all()
    import sys
    import gevent
    from xpayclient import Outcome, XPayClient

    home, *keys = sys.argv[1:]
    shop = XPayClient(home, "test", mid="{MID}")

    class Client:
        # Its guards are looked at.

        def transaction(self):
            guards.append(shop.transaction())
            return guards[-1]

    class Order:
        amount = 23400

        def book(self, tid, amount):
            booked.append(tid)

    def payres(order, paykey):
        with client.transaction() as tx:
            paid = gevent.get_hub().threadpool.apply(tx.pay_by_key, (paykey, order.amount))
            if paid.is_success:
                order.book(paid.tid, paid.amount)
        return paid

    client, order, booked = Client(), Order(), []
    guards = []
"""


@pytest.fixture
def patched(gateway):
    """Runs Python code in a process that gevent has patched."""

    def run(code, *arguments):
        program = textwrap.dedent(BEGIN) + textwrap.dedent(code)
        call = [sys.executable, "-c", program, gateway.home, *arguments]
        done = subprocess.run(call, capture_output=True, encoding="utf-8", timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_others_run_while_one_pays(gateway, patched):
    """The first payment hangs until a greenlet has paid after it."""
    hanging, quick = gateway.order(), gateway.order()
    gateway.fail("delay=1500")
    code = """
        slow = gevent.spawn(payres, order, keys[0])
        while not any(tx.outcome is Outcome.IN_DOUBT for tx in guards) and not slow.ready():
            gevent.sleep(0)
        ran = 0
        while not slow.ready():
            gevent.sleep(0.001)
            ran += 1
        assert ran > 1, "nothing ran meanwhile"
        print(slow.get().code, payres(order, keys[1]).code, len(booked))
    """
    assert patched(code, *map(gateway.paykey, (hanging, quick))) == "0000 0000 2\n"


def test_a_greenlet_that_is_killed(gateway, patched):
    oid = gateway.order()
    gateway.fail("delay=1500")
    code = """
        paying = gevent.spawn(payres, order, keys[0])
        while not any(tx.outcome is Outcome.IN_DOUBT for tx in guards) and not paying.ready():
            gevent.sleep(0)
        paying.kill()
        (tx,) = guards
        print(tx.outcome is Outcome.IN_DOUBT, flush=True)
        while tx.error is None:
            gevent.sleep(0.01)
        print(tx.outcome, tx.error.code, booked)
    """
    assert patched(code, gateway.paykey(oid)) == "True\nrolled_back 90007 []\n"
    until(lambda: gateway.payment(oid)["state"] == "rolled_back")


def test_the_vendors_calls(gateway, patched):
    """Each greenlet has its transaction. On a thread of the pool the whole sequence is one function."""
    orders = [gateway.order() for _ in range(3)]
    code = f"""
        def whole(key):
            shop.Init_TX("{MID}"), shop.Set("LGD_TXNAME", "PaymentByKey"), shop.Set("LGD_PAYKEY", key)
            return shop.TX() and shop.Response("LGD_OID")

        pool = gevent.get_hub().threadpool
        paying = [gevent.spawn(pool.apply, whole, (key,)) for key in keys[:2]] + [gevent.spawn(whole, keys[2])]
        print([one.get() for one in paying])
    """
    assert patched(code, *map(gateway.paykey, orders)) == f"{orders}\n"
