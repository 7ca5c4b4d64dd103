"""asyncio's threads: how many there are, who starts them, whose turn it is, and what ends them."""

import asyncio
import os
import threading

import pytest
from gateway import MID, still_open, until
from xpayclient import AsyncClient, Outcome, UsageError, XPayError, _threads


def pool_threads():
    return [thread for thread in threading.enumerate() if thread.name == "xpayclient"]


@pytest.fixture
def shop(gateway):
    """One that sends one request at a time."""
    until(lambda: not pool_threads(), wake_up)
    return AsyncClient(gateway.home, "test", mid=MID, max_workers=1)


def wake_up():
    """Threads of earlier tests have no work: they end now and not after some seconds."""
    for pool in list(_threads._pools):
        with pool._changed:
            pool._is_closed = True
            pool._changed.notify_all()
    return True


async def eventually(condition):
    return await asyncio.get_running_loop().run_in_executor(None, until, condition)


def pay(shop, gateway, oid):
    return asyncio.ensure_future(shop.pay_by_key(gateway.paykey(oid), 23400))


async def held_up(shop, gateway):
    """A payment that hangs at the gateway, and so keeps the shop's only thread."""
    oid = gateway.order()
    gateway.fail("hang")
    task = pay(shop, gateway, oid)
    await eventually(lambda: gateway.balance(oid))
    return task


async def cancelled(task):
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as raised:
        await task
    return XPayError.of(raised.value)


@pytest.mark.parametrize("size", [1, 3])
def test_no_more_threads_than_asked_for_and_the_loop_starts_one(gateway, shop, monkeypatch, size):
    starters = []
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda thread: (starters.append(threading.current_thread()), start(thread)))
    many = AsyncClient(gateway.home, "test", mid=MID, max_workers=size)
    orders = [gateway.order() for _ in range(12)]
    keys = [gateway.paykey(oid) for oid in orders]

    async def main():
        return await asyncio.gather(*(many.pay_by_key(key, 23400) for key in keys))

    assert [paid.oid for paid in asyncio.run(main())] == orders
    assert len(pool_threads()) == size
    assert starters.count(threading.main_thread()) == 1


def test_the_default_is_bounded():
    assert 32 < _threads.DEFAULT_SIZE <= 64


def test_no_threads_are_refused(gateway):
    for size in (0, -1):
        with pytest.raises(ValueError, match="max_workers"):
            AsyncClient(gateway.home, "test", mid=MID, max_workers=size)


def test_calls_wait_their_turn(gateway, shop):
    orders = [gateway.order() for _ in range(5)]
    keys = [gateway.paykey(oid) for oid in orders]

    done = []

    async def buys(key):
        done.append((await shop.pay_by_key(key, 23400)).oid)

    async def main():
        await asyncio.gather(*map(buys, keys))

    asyncio.run(main())
    assert done == orders


def test_a_call_that_waits_is_never_sent_once_it_is_cancelled(gateway, shop):
    oid = gateway.order()

    async def main():
        hanging = await held_up(shop, gateway)
        waiting = pay(shop, gateway, oid)
        await asyncio.sleep(0)
        known = [one.state for one in await shop.open_transactions()]
        waiting.cancel()
        await asyncio.sleep(0)
        assert waiting.done(), "there is nothing to stay for"
        told = await cancelled(waiting)
        assert not hanging.done()
        return known, told, await cancelled(hanging)

    known, told, other = asyncio.run(main())
    assert known.count("running") == 1, "what waits is not in the journal"
    assert (told.code, told.outcome, told.tx_id) == ("90008", Outcome.NOT_SENT, "")
    assert (other.code, other.outcome) == ("90008", Outcome.ROLLED_BACK)
    assert gateway.payment(oid) is None and still_open(shop.client) == []


def test_what_undoes_does_not_wait_behind_payments(gateway, shop):
    oid, other = gateway.order(), gateway.order()

    async def main():
        paid = await pay(shop, gateway, oid)
        with pytest.raises(ZeroDivisionError):
            async with shop.transaction() as tx:
                await tx.pay_by_key(gateway.paykey(other), 23400)
                hanging = await held_up(shop, gateway)
                waiting = pay(shop, gateway, gateway.order())
                raise ZeroDivisionError
        assert (await shop.undo(paid.tx_id, "no stock")).is_success
        assert (await shop.recover()).open == []
        assert not hanging.done() and not waiting.done()
        await cancelled(waiting), await cancelled(hanging)
        return tx

    tx = asyncio.run(main())
    assert (tx.outcome, tx.error.code) == (Outcome.ROLLED_BACK, "90007")
    assert (gateway.balance(oid), gateway.balance(other)) == (0, 0)


def test_close_waits_for_what_was_called_and_refuses_the_next(gateway, shop):
    orders = [gateway.order() for _ in range(3)]

    async def main():
        async with shop as client:
            async with client.transaction() as tx:
                await tx.pay_by_key(gateway.paykey(orders[0]), 23400)
                tasks = [pay(client, gateway, oid) for oid in orders[1:]]
                await asyncio.sleep(0)
                await client.aclose()
                assert [task.result().oid for task in tasks] == orders[1:]
            for call in (client.ping, client.recover, client.warm_up, client.transaction().send):
                with pytest.raises((UsageError, RuntimeError)) as raised:
                    await call()
                if isinstance(raised.value, UsageError):
                    assert raised.value.code == "90002" and raised.value.outcome is Outcome.NOT_SENT
        await shop.aclose()

    asyncio.run(main())
    assert [gateway.balance(oid) for oid in orders] == [23400] * 3
    until(lambda: not pool_threads())


def test_a_closed_client_undoes_what_a_guard_holds(gateway, shop):
    oid = gateway.order()

    async def main():
        with pytest.raises(ZeroDivisionError):
            async with shop.transaction() as tx:
                await tx.pay_by_key(gateway.paykey(oid), 23400)
                await shop.aclose()
                raise ZeroDivisionError
        return tx

    assert asyncio.run(main()).outcome is Outcome.ROLLED_BACK
    assert gateway.balance(oid) == 0


def test_threads_without_work_end_and_come_again(gateway, shop, monkeypatch):
    monkeypatch.setattr(_threads, "IDLE_PERIOD", 0.01)
    for _ in range(2):
        oid = gateway.order()
        assert asyncio.run(shop.pay_by_key(gateway.paykey(oid), 23400)).oid == oid
        until(lambda: not pool_threads())


def test_while_others_work_one_thread_stays(gateway, shop, monkeypatch):
    """Otherwise nobody would take what comes while all others hang."""
    monkeypatch.setattr(_threads, "IDLE_PERIOD", 0.01)
    three = AsyncClient(gateway.home, "test", mid=MID, max_workers=3)

    async def main():
        hanging = await held_up(three, gateway)
        for _ in range(3):
            await asyncio.gather(pay(three, gateway, gateway.order()), pay(three, gateway, gateway.order()))
            await eventually(lambda: len(pool_threads()) == 2)
        return await cancelled(hanging)

    assert asyncio.run(main()).outcome is Outcome.ROLLED_BACK


def test_one_client_in_several_loops(gateway, shop):
    orders = [gateway.order() for _ in range(6)]
    keys = {oid: gateway.paykey(oid) for oid in orders}
    paid = []

    async def main(mine):
        results = await asyncio.gather(*(shop.pay_by_key(keys[oid], 23400) for oid in mine))
        paid.extend(result.oid for result in results)

    loops = [threading.Thread(target=lambda mine=mine: asyncio.run(main(mine))) for mine in (orders[:2], orders[2:4])]
    for loop in loops:
        loop.start()
    for loop in loops:
        loop.join()
    asyncio.run(main(orders[4:]))
    assert sorted(paid) == sorted(orders)


@pytest.mark.parametrize("kind", ["asyncio", "uvloop"])
def test_a_loop_that_is_closed_meanwhile(gateway, shop, kind):
    """Nobody takes the answer: the approval is rolled back. What waited is not sent."""
    loop = pytest.importorskip(kind).new_event_loop()
    oid, other = gateway.order(), gateway.order()
    gateway.fail("delay=300")
    tasks = [
        loop.create_task(shop.pay_by_key(gateway.paykey(oid), 23400)),
        loop.create_task(shop.pay_by_key(gateway.paykey(other), 23400)),
    ]
    loop.run_until_complete(eventually(lambda: gateway.balance(oid)))
    loop.run_until_complete(loop.shutdown_default_executor())
    for task in tasks:
        # It is meant.
        task._log_destroy_pending = False
    loop.close()
    until(lambda: gateway.payment(oid)["state"] == "rolled_back")
    until(lambda: shop._pool._unfinished == 0)
    assert gateway.payment(other) is None
    assert still_open(shop.client) == []


def test_uvloop(gateway, shop):
    uvloop = pytest.importorskip("uvloop")
    oid = gateway.order()

    async def main():
        assert (await cancelled(await held_up(shop, gateway))).outcome is Outcome.ROLLED_BACK
        return await pay(shop, gateway, oid)

    loop = uvloop.new_event_loop()
    assert loop.run_until_complete(main()).oid == oid
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def test_the_interpreters_exit(gateway, child):
    """What was sent and what nobody takes any more is rolled back; what waited is not sent."""
    code = f"""
        import asyncio
        shop = AsyncClient(home, "test", mid="{MID}", max_workers=1)
        import ctypes
        loop = asyncio.new_event_loop()
        # What the interpreter takes down at its end does not drop it.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(loop))
        tasks = [loop.create_task(shop.pay_by_key(key, 23400)) for key in arguments[:2]]
        loop.run_until_complete(loop.run_in_executor(None, lambda: open(arguments[2]).read(1)))
    """
    oid, other = gateway.order(), gateway.order()
    gateway.fail("delay=300")
    pipe = os.path.join(gateway.home, "exit")
    os.mkfifo(pipe)
    try:
        with child(code, gateway.paykey(oid), gateway.paykey(other), pipe) as process:
            until(lambda: gateway.balance(oid), lambda: process.poll() is None)
            with open(pipe, "w") as ready:
                ready.write("\n")
            _, complaint = process.communicate()
    finally:
        os.unlink(pipe)
    assert process.returncode == 0, complaint
    assert gateway.payment(oid)["state"] == "rolled_back", complaint
    assert gateway.payment(other) is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_after_a_fork(gateway, child):
    """The parent's threads and what waits for them are the parent's; a child that was made meanwhile pays by itself."""
    code = f"""
        import asyncio
        shop = AsyncClient(home, "test", mid="{MID}", max_workers=1)

        async def pays(key):
            return (await shop.pay_by_key(key, 23400)).code

        def in_child():
            if os.fork():
                return os.waitstatus_to_exitcode(os.wait()[1])
            code = []
            thread = threading.Thread(target=lambda: code.append(asyncio.run(pays(arguments[2]))))
            thread.start(), thread.join()
            os._exit(0 if code == ["0000"] else 1)

        async def main():
            tasks = [asyncio.ensure_future(pays(key)) for key in arguments[:2]]
            await asyncio.sleep(0)
            ended = in_child()
            return ended, await asyncio.gather(*tasks)

        print(asyncio.run(main()))
    """
    orders = [gateway.order() for _ in range(3)]
    with child(code, *map(gateway.paykey, orders)) as process:
        said, complaint = process.communicate()
    assert said == "(0, ['0000', '0000'])\n", complaint
    assert [gateway.balance(oid) for oid in orders] == [23400] * 3


def test_a_log_line_knows_its_task(gateway, shop):
    """A handler that reads a request's number from a context variable finds it on the thread, too."""
    import contextvars
    import logging

    request, seen = contextvars.ContextVar("request", default=None), set()

    class Handler(logging.Handler):
        def emit(self, record):
            seen.add(request.get())

    async def main():
        request.set("r-1")
        await pay(shop, gateway, gateway.order())

    logger, handler = logging.getLogger("xpayclient"), Handler()
    logger.addHandler(handler), logger.setLevel(logging.INFO)
    try:
        asyncio.run(main())
    finally:
        logger.removeHandler(handler), logger.setLevel(logging.NOTSET)
    assert seen == {"r-1"}
