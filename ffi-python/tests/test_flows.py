"""The vendor's calls on one client from tasks, greenlets and copies of a context: each has its own transaction or none."""

import asyncio
import contextvars
import gc
import importlib.util
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from gateway import MID


def begin(client, paykey):
    assert client.Init_TX(MID) and client.Set("LGD_TXNAME", "PaymentByKey") and client.Set("LGD_PAYKEY", paykey)


def pay(client):
    assert client.TX(), client.Response_Msg()
    return client.Response("LGD_OID")


def test_two_tasks_pay_each_their_own_order(gateway, client):
    orders = [gateway.order() for _ in range(4)]

    async def buy(oid, together):
        begin(client, gateway.paykey(oid))
        await together.wait()
        paid = pay(client)
        await together.wait()
        assert client.Response("LGD_OID") == paid
        return paid

    async def main():
        together = Barrier(len(orders))
        return await asyncio.gather(*(buy(oid, together) for oid in orders))

    assert asyncio.run(main()) == orders
    assert {gateway.balance(oid) for oid in orders} == {23400}


class Barrier:
    """Nobody goes on before all are there. Python has it from 3.11 on."""

    def __init__(self, parties):
        self.parties, self.waiting, self.open = parties, 0, asyncio.Event()

    async def wait(self):
        self.waiting += 1
        gate = self.open
        if self.waiting == self.parties:
            self.waiting, self.open = 0, asyncio.Event()
            gate.set()
        await gate.wait()


def test_callbacks_pay_each_their_own_order(gateway, client):
    """No task runs in a callback of a loop, and every callback has a copy of the context that it was asked for in."""
    orders = [gateway.order() for _ in range(3)]
    keys = {oid: gateway.paykey(oid) for oid in orders}
    paid = []

    async def main():
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def first(oid):
            begin(client, keys[oid])
            loop.call_soon(then)

        def then():
            paid.append(pay(client))
            if len(paid) == len(orders):
                done.set()

        for oid in orders:
            loop.call_soon(first, oid)
        await done.wait()

    asyncio.run(main())
    assert paid == orders


def others(client):
    """What may be called where nothing was begun, and must not touch what another began."""
    yield client.TX
    yield client.Response_Code
    yield lambda: client.Set("LGD_PAYKEY", "another's")
    yield lambda: client.Rollback("another's")


@pytest.mark.parametrize("hand_over", ["create_task", "to_thread", "run_in_executor"])
def test_what_is_handed_on_does_not_share_the_transaction(gateway, client, hand_over):
    """A copy of the context knows all that the context knew. It is refused before anything is sent, and begins its own."""
    oid, own = gateway.order(), gateway.order()
    paykeys = {oid: gateway.paykey(oid), own: gateway.paykey(own)}

    async def run(call):
        if hand_over == "create_task":

            async def task():
                return call()

            return await asyncio.create_task(task())
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as pool:
            if hand_over == "run_in_executor":
                return await loop.run_in_executor(pool, call)
            # As asyncio.to_thread, which Python 3.9 has, too, does it.
            return await loop.run_in_executor(pool, contextvars.copy_context().run, call)

    def whole():
        begin(client, paykeys[own])
        return pay(client)

    async def main():
        begin(client, paykeys[oid])
        for call in others(client):
            with pytest.raises(RuntimeError, match="another thread, task or greenlet"):
                await run(call)
        assert gateway.requests(client.TX_ID) == []
        assert await run(whole) == own
        assert client.Response_Code() == ""
        return pay(client)

    assert asyncio.run(main()) == oid
    assert (gateway.balance(oid), gateway.balance(own)) == (23400, 23400)


def test_a_copy_that_runs_within_begins_its_own(gateway, client):
    """Two copies run by turns on one thread, as frameworks run the parts of two requests."""
    orders = [gateway.order(), gateway.order()]
    client.Init_TX(MID)
    copies = [contextvars.copy_context() for _ in orders]
    for copy, oid in zip(copies, orders):
        copy.run(begin, client, gateway.paykey(oid))
    assert [copy.run(pay, client) for copy in copies] == orders


def test_a_change_of_context_does_not_lose_another_clients_transaction(gateway, client):
    from xpayclient import XPayClient

    other = XPayClient(gateway.home, "test", mid=MID)
    orders = [gateway.order(), gateway.order()]
    begin(client, gateway.paykey(orders[0]))
    begin(other, gateway.paykey(orders[1]))
    assert [pay(client), pay(other)] == orders


@pytest.mark.skipif(importlib.util.find_spec("trio") is None, reason="trio is not installed")
def test_trios_tasks_pay_each_their_own_order(gateway, client):
    import trio

    orders = [gateway.order() for _ in range(3)]
    paid = {}

    async def buy(oid):
        for call in others(client):
            with pytest.raises(RuntimeError, match="another thread, task or greenlet"):
                call()
        begin(client, gateway.paykey(oid))
        await trio.sleep(0)
        paid[oid] = pay(client)

    async def main():
        client.Init_TX(MID)
        before = client.TX_ID
        async with trio.open_nursery() as nursery:
            for oid in orders:
                nursery.start_soon(buy, oid)
        assert before == client.TX_ID

    trio.run(main)
    assert paid == {oid: oid for oid in orders}


@pytest.mark.skipif(importlib.util.find_spec("greenlet") is None, reason="greenlet is not installed")
@pytest.mark.parametrize("shares_context", [False, True], ids=["own", "shared"])
def test_greenlets_pay_each_their_own_order(gateway, client, shares_context):
    import greenlet

    orders = [gateway.order() for _ in range(3)]

    def buy(oid):
        begin(client, gateway.paykey(oid))
        main.switch()
        return pay(client)

    main = greenlet.getcurrent()
    client.Init_TX(MID)
    before = client.TX_ID
    shoppers = [greenlet.greenlet(buy) for _ in orders]
    for shopper, oid in zip(shoppers, orders):
        if shares_context:
            shopper.gr_context = main.gr_context
        shopper.switch(oid)
    assert [shopper.switch() for shopper in shoppers] == orders
    assert before == client.TX_ID


def test_what_ended_leaves_nothing(client):
    """Tasks, threads and clients that are gone are not remembered, also not by those who copied their context."""
    client.Init_TX(MID)
    known = len(client._states)

    async def begins():
        client.Init_TX(MID)

    async def main():
        for _ in range(50):
            await asyncio.create_task(begins())

    async def chain(left):
        client.Init_TX(MID)
        if left:
            await asyncio.sleep(0)
            successors.append(asyncio.create_task(chain(left - 1)))

    async def follow():
        successors.append(asyncio.create_task(chain(50)))
        while successors:
            await successors.pop()
            gc.collect()
            most.append(len(client._states))

    successors, most = [], []
    asyncio.run(main())
    thread = threading.Thread(target=client.Init_TX, args=(MID,))
    thread.start()
    thread.join()
    gc.collect()
    assert len(client._states) == known
    asyncio.run(follow())
    assert max(most) < known + 10


def test_another_flows_setting_keeps_this_ones_answer(gateway, client):
    """It holds from the next Init_TX on, which keeps the last answer all the same."""
    begin(client, gateway.paykey(gateway.order()))
    oid = pay(client)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(client.SetConfig, "timeout", "7").result()
    assert client.Init_TX(MID) and client.Set("LGD_TXNAME", "Cancel")
    assert client.Set("LGD_TID", client.Response("LGD_TID"))
    assert client.TX() and client.Response_Code() == "0000"
    assert gateway.balance(oid) == 0
