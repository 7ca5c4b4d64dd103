"""Whoever cancels a call learns what became of it: LGD_TXID and outcome, however it was cancelled."""

import asyncio
import datetime
import sys

import pytest
from gateway import MID, still_open, until
from xpayclient import AsyncClient, Outcome, TransportError, XPayError, _threads
from xpayclient.escrow import Received

NEEDS_311 = pytest.mark.skipif(sys.version_info < (3, 11), reason="Python has it from 3.11 on")
LONG = 30


@pytest.fixture
def shop(gateway):
    return AsyncClient(gateway.home, "test", mid=MID)


@pytest.fixture
def order(gateway):
    return gateway.order()


async def at_the_gateway(gateway, oid):
    await asyncio.get_running_loop().run_in_executor(None, until, lambda: gateway.balance(oid))


def pay(shop, gateway, oid):
    gateway.fail("hang")
    return asyncio.ensure_future(shop.pay_by_key(gateway.paykey(oid), 23400))


async def raised(awaitable, kind=asyncio.CancelledError):
    with pytest.raises(kind) as caught:
        await awaitable
    return caught.value


def sent_as(gateway, oid):
    """LGD_TXID of the payment that was sent last, which is the order's."""
    assert gateway.payment(oid)
    return next(request["txid"] for request in reversed(gateway.ask("/requests")) if request["txname"] == "PaymentByKey")


def rolled_back(gateway, oid, error):
    told = XPayError.of(error)
    assert isinstance(told, TransportError) and (told.code, told.outcome) == ("90008", Outcome.ROLLED_BACK)
    assert told.tx_id == sent_as(gateway, oid) and gateway.balance(oid) == 0


def in_doubt(gateway, oid, error):
    """And it is rolled back all the same."""
    told = XPayError.of(error)
    assert (told.code, told.outcome, told.tx_id) == ("90008", Outcome.IN_DOUBT, sent_as(gateway, oid))
    assert told.tx_id in told.message and "xpay recover" in told.message
    until(lambda: gateway.balance(oid) == 0)


def test_cancelled(gateway, shop, order):
    async def main():
        task = pay(shop, gateway, order)
        await at_the_gateway(gateway, order)
        task.cancel()
        return await raised(task)

    rolled_back(gateway, order, asyncio.run(main()))
    assert still_open(shop.client) == []


def test_the_grace_period_ends(gateway, shop, order, monkeypatch):
    monkeypatch.setattr(_threads, "GRACE_PERIOD", 0)

    async def main():
        task = pay(shop, gateway, order)
        await at_the_gateway(gateway, order)
        task.cancel()
        return await raised(task)

    in_doubt(gateway, order, asyncio.run(main()))


def test_cancelled_twice(gateway, shop, order):
    async def main():
        task = pay(shop, gateway, order)
        gateway.fail("delay=300")
        await at_the_gateway(gateway, order)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        return await raised(task)

    in_doubt(gateway, order, asyncio.run(main()))


def test_wait_for(gateway, shop, order):
    async def main():
        task = pay(shop, gateway, order)
        await at_the_gateway(gateway, order)
        return await raised(asyncio.wait_for(task, 0.01), asyncio.TimeoutError)

    rolled_back(gateway, order, asyncio.run(main()))


@NEEDS_311
def test_a_timeout(gateway, shop, order):
    async def main():
        gateway.fail("hang")
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(LONG) as timeout:
                waiting = asyncio.ensure_future(at_the_gateway(gateway, order))
                waiting.add_done_callback(lambda _: timeout.reschedule(0))
                await shop.pay_by_key(gateway.paykey(order), 23400)
        return caught.value

    rolled_back(gateway, order, asyncio.run(main()))


@NEEDS_311
def test_a_task_group(gateway, shop, order):
    """The group raises what another of its tasks raised. The cancelled one still knows."""

    async def fails():
        await at_the_gateway(gateway, order)
        raise ZeroDivisionError

    async def main():
        gateway.fail("hang")
        with pytest.raises(Exception, match="in a TaskGroup"):
            async with asyncio.TaskGroup() as group:
                paying = group.create_task(shop.pay_by_key(gateway.paykey(order), 23400))
                group.create_task(fails())
        return await raised(paying)

    rolled_back(gateway, order, asyncio.run(main()))


@NEEDS_311
def test_a_group_of_exceptions_has_it(gateway, shop, order):
    async def main():
        gateway.fail("close")
        with pytest.raises(Exception, match="in a TaskGroup") as caught:
            async with asyncio.TaskGroup() as group:
                group.create_task(shop.pay_by_key(gateway.paykey(order), 23400))
        return caught.value

    assert XPayError.of(asyncio.run(main())).tx_id == sent_as(gateway, order)


def test_a_guard_knows_it_whoever_swallows_the_exception(gateway, shop, order):
    anyio = pytest.importorskip("anyio")

    async def main():
        gateway.fail("hang")
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as group:

                async def cancels():
                    await at_the_gateway(gateway, order)
                    scope.cancel()

                group.start_soon(cancels)
                async with shop.transaction() as tx:
                    await tx.pay_by_key(gateway.paykey(order), 23400)
        return tx

    # anyio cancels again and again, so the task does not stay.
    tx = asyncio.run(main())
    assert tx.tx_id == sent_as(gateway, order) and tx.outcome in (Outcome.IN_DOUBT, Outcome.ROLLED_BACK)
    assert tx.error.tx_id == tx.tx_id
    until(lambda: gateway.balance(order) == 0)


def test_a_guard_knows_it_if_its_coroutine_is_closed(gateway, shop, order):
    """As that of a task is which nobody holds any more."""

    async def main():
        guards = []

        async def buy():
            async with shop.transaction() as tx:
                guards.append(tx)
                await tx.pay_by_key(gateway.paykey(order), 23400)

        gateway.fail("hang")
        buying = buy()
        buying.send(None)
        await at_the_gateway(gateway, order)
        buying.close()
        return guards[0]

    tx = asyncio.run(main())
    assert (tx.outcome, tx.tx_id) == (Outcome.IN_DOUBT, sent_as(gateway, order))
    until(lambda: gateway.balance(order) == 0)


def test_a_guard_that_is_cancelled_as_it_undoes(gateway, shop, order):
    async def main():
        async def buy(approved):
            async with shop.transaction() as tx:
                await tx.pay_by_key(gateway.paykey(order), 23400)
                approved.set_result(tx)
                raise ZeroDivisionError

        approved = asyncio.get_running_loop().create_future()
        task = asyncio.ensure_future(buy(approved))
        tx = await approved
        gateway.fail("delay=300")
        task.cancel()
        return tx, await raised(task)

    tx, error = asyncio.run(main())
    assert tx.outcome is Outcome.ROLLED_BACK and tx.error.code == "90007"
    assert isinstance(error.__context__, ZeroDivisionError) or XPayError.of(error) is None
    assert gateway.balance(order) == 0


def test_a_decline_that_came_stands(gateway, shop, order, monkeypatch):
    """The answer is there as the task is cancelled."""
    tasks = []

    def take_and_cancel(future, result, set_result=_threads._set_result):
        set_result(future, result)
        tasks[0].cancel()

    async def main():
        monkeypatch.setattr(_threads, "_set_result", take_and_cancel)
        tasks.append(asyncio.ensure_future(shop.pay_by_key(gateway.paykey(order), 100)))
        return await raised(tasks[0])

    told = XPayError.of(asyncio.run(main()))
    assert (told.code, told.outcome) == ("90008", Outcome.ANSWERED) and told.tx_id
    assert gateway.balance(order) == 0


def test_an_undo_goes_on(gateway, shop, order):
    async def main():
        paid = await shop.pay_by_key(gateway.paykey(order), 23400)
        gateway.fail("delay=300")
        task = asyncio.ensure_future(shop.undo(paid.tx_id, "no stock"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        return paid, await raised(task)

    paid, error = asyncio.run(main())
    told = XPayError.of(error)
    assert (told.outcome, told.tx_id) == (Outcome.IN_DOUBT, paid.tx_id)
    until(lambda: gateway.balance(order) == 0)


def test_a_delivery_that_was_not_begun(gateway, order):
    shop = AsyncClient(gateway.home, "test", mid=MID, max_workers=1)

    async def main():
        paying = pay(shop, gateway, order)
        await at_the_gateway(gateway, order)
        task = asyncio.ensure_future(shop.register_delivery(Received(oid=order, date=datetime.datetime(2026, 11, 28))))
        await asyncio.sleep(0)
        task.cancel()
        told = XPayError.of(await raised(task))
        paying.cancel()
        await raised(paying)
        return told

    assert asyncio.run(main()).outcome is Outcome.NOT_SENT


def test_of_finds_what_is_behind():
    mine, other = XPayError("1", "mine"), XPayError("2", "other")
    assert XPayError.of(mine) is mine and XPayError.of(None) is None and XPayError.of(ValueError()) is None
    error = ValueError()
    error.__context__ = other
    assert XPayError.of(error) is other
    error.__cause__ = mine
    assert XPayError.of(error) is mine
    error.__cause__ = error
    assert XPayError.of(error) is None, "a cause that is its own ends, and hides the context"
