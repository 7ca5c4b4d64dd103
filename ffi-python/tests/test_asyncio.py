"""asyncio: the loop goes on, and a task that is cancelled leaves nothing at the gateway."""

import asyncio

import pytest
from gateway import MID, still_open, until
from xpayclient import AsyncClient, Outcome, TransportError, UsageError, _threads


@pytest.fixture
def shop(gateway):
    return AsyncClient(gateway.home, "test", mid=MID)


async def ledger_shows(gateway, oid):
    await asyncio.get_running_loop().run_in_executor(None, until, lambda: gateway.balance(oid))


def test_many_pay_at_once(gateway, shop):
    orders = [gateway.order() for _ in range(8)]

    async def main():
        return await asyncio.gather(*(shop.pay_by_key(gateway.paykey(oid), 23400) for oid in orders))

    paid = asyncio.run(main())
    assert [result.oid for result in paid] == orders
    assert {gateway.balance(oid) for oid in orders} == {23400}
    assert still_open(shop.client) == []


def test_a_cancelled_task_is_rolled_back(gateway, shop):
    oid = gateway.order()
    gateway.fail("hang")

    async def main():
        task = asyncio.create_task(shop.pay_by_key(gateway.paykey(oid), 23400))
        # Meanwhile the loop does this.
        await ledger_shows(gateway, oid)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError as cancelled:
            return cancelled
        raise AssertionError("it was not cancelled")

    asyncio.run(main())
    assert gateway.balance(oid) == 0
    assert still_open(shop.client) == []


def test_what_became_of_it_is_told_where_the_call_was_made(gateway, shop):
    oid = gateway.order()
    gateway.fail("hang")

    async def pay():
        try:
            await shop.pay_by_key(gateway.paykey(oid), 23400)
        except asyncio.CancelledError as cancelled:
            return cancelled.__cause__

    async def main():
        task = asyncio.create_task(pay())
        await ledger_shows(gateway, oid)
        task.cancel()
        return await task

    cause = asyncio.run(main())
    assert isinstance(cause, TransportError)
    assert (cause.code, cause.outcome) == ("90008", Outcome.ROLLED_BACK)


def test_an_approval_that_comes_as_the_task_is_cancelled(gateway, shop, monkeypatch):
    """The answer is there and the task was told so, but it is cancelled before it runs again."""
    oid = gateway.order()
    tasks = []

    def take_and_cancel(future, result, set_result=_threads._set_result):
        set_result(future, result)
        tasks[0].cancel()

    async def main():
        monkeypatch.setattr(_threads, "_set_result", take_and_cancel)
        tasks.append(asyncio.create_task(shop.pay_by_key(gateway.paykey(oid), 23400)))
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]

    asyncio.run(main())
    _threads._join()
    assert gateway.payment(oid)["amount"] == 23400
    assert gateway.balance(oid) == 0
    assert still_open(shop.client) == []


def test_a_guard(gateway, shop):
    kept, lost = gateway.order(), gateway.order()

    async def main():
        async with shop.transaction() as tx:
            paid = await tx.pay_by_key(gateway.paykey(kept), 23400)
            assert paid.is_success
        with pytest.raises(ZeroDivisionError):
            async with shop.transaction() as tx:
                await tx.pay_by_key(gateway.paykey(lost), 23400)
                assert gateway.balance(lost) == 23400
                raise ZeroDivisionError
        return tx

    tx = asyncio.run(main())
    assert (tx.outcome, tx.error.code) == (Outcome.ROLLED_BACK, "90007")
    assert (gateway.balance(kept), gateway.balance(lost)) == (23400, 0)
    assert still_open(shop.client) == []


def test_a_guard_whose_task_is_cancelled(gateway, shop):
    oid = gateway.order()

    async def main():
        approved = asyncio.Event()

        async def buy():
            async with shop.transaction() as tx:
                tx.set("LGD_TXNAME", "PaymentByKey")
                tx.set("LGD_PAYKEY", gateway.paykey(oid))
                await tx.send()
                approved.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(buy())
        await approved.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert gateway.balance(oid) == 0


def test_an_error_is_the_tasks_own(gateway, shop):
    oid = gateway.order()
    gateway.fail("close")

    async def main():
        with pytest.raises(TransportError) as raised:
            await shop.pay_by_key(gateway.paykey(oid), 23400)
        return raised.value

    assert asyncio.run(main()).outcome is Outcome.ROLLED_BACK
    assert gateway.balance(oid) == 0


def test_undo_and_recover(gateway, shop):
    oid = gateway.order()

    async def main():
        paid = await shop.pay_by_key(gateway.paykey(oid), 23400)
        undone = await shop.undo(paid.tx_id, "no stock")
        return undone, await shop.recover(), await shop.open_transactions()

    undone, recovery, left = asyncio.run(main())
    assert undone.is_success and recovery.open == [] and [one for one in left if one.is_open] == []
    assert gateway.balance(oid) == 0


def test_an_empty_mid_is_nobody(shop):
    async def guarded():
        async with shop.transaction() as tx:
            await tx.ping(mid="")

    for call in (lambda: shop.ping(mid=""), guarded):
        with pytest.raises(UsageError, match="argument mid"):
            asyncio.run(call())


def test_before_send_hears_the_number_and_may_refuse(gateway, shop):
    async def pay(oid, before_send):
        async with shop.transaction(before_send=before_send) as tx:
            await tx.pay_by_key(gateway.paykey(oid), 23400)
        return tx.tx_id

    async def too_late(tx_id):
        raise AssertionError("nobody awaits it")

    def stops(tx_id):
        raise StopIteration

    paid, refused, unwritten, stopped = (gateway.order() for _ in range(4))
    heard = []
    assert [asyncio.run(pay(paid, heard.append))] == heard
    with pytest.raises(ZeroDivisionError):
        asyncio.run(pay(refused, lambda tx_id: 1 / 0))
    with pytest.raises(TypeError, match="nothing was sent"):
        asyncio.run(pay(unwritten, too_late))
    with pytest.raises(RuntimeError, match="StopIteration"):
        asyncio.run(asyncio.wait_for(pay(stopped, stops), 30))
    assert [gateway.balance(oid) for oid in (paid, refused, unwritten, stopped)] == [23400, 0, 0, 0]
    assert still_open(shop.client) == []
