"""A payment from the window to the notification, and a cancellation. No web framework: `app` has the routes."""

from __future__ import annotations

import asyncio
import datetime
import logging
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from xpayclient import (
    AsyncClient,
    CancelResult,
    Outcome,
    RefundAccount,
    UsageError,
    Window,
    WindowReturn,
    XPayClient,
    XPayError,
    claimed_oid,
)
from xpayclient.results import KST

from .settings import Settings
from .store import ACCOUNT_DAYS, Conflict, Payment, Store

LOGGER = logging.getLogger(__name__)
# Seconds after which a payment that this machine's journal does not know is taken for dead.
STALE = 300
R = TypeVar("R")


class Checkout:
    def __init__(self, client: AsyncClient, store: Store, settings: Settings) -> None:
        self._client, self._store, self._settings = client, store, settings
        self._under_way: set[asyncio.Task[Any]] = set()

    def window(self, payment: Payment, ip: str, return_url: str, notice_url: str) -> Window:
        closing = datetime.datetime.now(KST) + datetime.timedelta(days=ACCOUNT_DAYS)
        return self._client.client.window(
            cst_mid=self._settings.cst_mid,
            oid=payment.oid,
            amount=payment.amount,
            buyer=payment.buyer,
            buyer_id="guest",
            # The window takes 15 characters: an IPv6 address does not fit.
            buyer_ip=ip if ip.count(".") == 3 and len(ip) <= 15 else "0.0.0.0",
            product_info=payment.title,
            return_url=return_url,
            window_type="iframe",
            domain_url="xpayvvip",
            others={
                "LGD_CASNOTEURL": notice_url,
                "LGD_CLOSEDATE": closing.strftime("%Y%m%d%H%M%S"),
                "LGD_ENCODING": "UTF-8",
                "LGD_ENCODING_RETURNURL": "UTF-8",
                "LGD_ENCODING_NOTEURL": "UTF-8",
            },
        )

    async def returned(self, body: bytes) -> tuple[Payment, WindowReturn]:
        """What the window posted to LGD_RETURNURL. Where the buyer agreed, money moves here.

        `NotFound`, or `XPayError` where it is not signed for this very order: nothing is paid then.
        """
        payment = await asyncio.to_thread(self._store.payment, claimed_oid(body))
        back = self._client.client.verify_return(body, payment.oid, payment.amount)
        if back.is_success and back.pay_key is not None:
            payment = await self._to_its_end(self._pay(payment, back.pay_key))
        return payment, back

    async def _pay(self, payment: Payment, paykey: str) -> Payment:
        tx_id = ""

        def take(new: str) -> None:
            nonlocal tx_id
            self._store.take(payment.oid, new)
            tx_id = new

        tx = self._client.transaction(before_send=take)
        try:
            async with tx:
                result = await tx.pay_by_key(paykey, payment.amount)
                if result.is_success:
                    # Money has moved. If this raises, the library rolls it back before the exception goes on.
                    await asyncio.to_thread(self._store.approve, payment.oid, tx_id, self._settings.mid, result)
            if not result.is_success:
                # S007 and XC01: an earlier request may have paid. A person looks it up.
                state = "repeated" if result.is_repeated else "failed"
                await asyncio.to_thread(self._store.end, payment.oid, tx_id, state, result.message)
        except BaseException as error:
            if tx_id:
                known = XPayError.of(tx.error or error)
                is_certain = known is not None and known.outcome in (Outcome.NOT_SENT, Outcome.ROLLED_BACK)
                # In doubt, nobody may pay again before recovery has settled it.
                await asyncio.to_thread(self._store.end, payment.oid, tx_id, "failed" if is_certain else "doubt")
            if isinstance(error, Conflict) and not tx_id:
                LOGGER.info("%s: nothing was sent: %s", payment.oid, error)
            else:
                LOGGER.error("%s was not paid", payment.oid, exc_info=error)
            if not isinstance(error, Exception):
                raise
        # A second click, or another tab, shows what the first one does.
        return await asyncio.to_thread(self._store.live, payment)

    async def notice(self, body: bytes) -> None:
        """A notification of a virtual account. Where this returns it is saved, and the answer is OK."""
        payment = await asyncio.to_thread(self._store.payment, claimed_oid(body))
        notice = self._client.client.verify_notice(body, payment.amount)
        await asyncio.to_thread(self._store.book, notice)

    async def cancel(
        self, payment: Payment, amount: int, merchant: str, reason: str, account: RefundAccount | None
    ) -> CancelResult:
        """Gives `amount` of the payment's balance back. The gateway's refusal is a result; `Conflict`: nothing was sent."""
        return await self._to_its_end(self._cancel(payment, amount, merchant, reason, account))

    async def _cancel(
        self, payment: Payment, amount: int, merchant: str, reason: str, account: RefundAccount | None
    ) -> CancelResult:
        tx_id = ""

        def begin(new: str) -> None:
            nonlocal tx_id
            self._store.begin_cancellation(payment, amount, merchant, new)
            tx_id = new

        unsaved = None
        tx = self._client.transaction(before_send=begin)
        try:
            async with tx:
                given: dict[str, Any] = {"means": payment.means, "reason": reason or None, "refund_account": account}
                # After a part, banks refuse a Cancel: what is left is another part. The gateway compares the balance.
                if amount == payment.balance == payment.amount:
                    result = await tx.cancel(str(payment.tid), **given)
                else:
                    result = await tx.partial_cancel(str(payment.tid), amount, remaining=payment.balance, **given)
                outcome = "done" if result.counts_as_done else "refused"
                try:
                    await asyncio.to_thread(self._store.end_cancellation, tx_id, outcome, result.counts_as_done)
                except Exception as error:
                    # A refund that is done is not taken back because it could not be saved: recovery reports it.
                    unsaved = error
        except XPayError as error:
            if tx_id:
                await asyncio.to_thread(self._store.end_cancellation, tx_id, str(error.outcome))
            raise
        if unsaved is not None:
            raise unsaved
        return result

    async def _to_its_end(self, work: Coroutine[Any, Any, R]) -> R:
        """As a task of the shop's, not of the request's: a request that is cancelled leaves it running."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def finished(self) -> None:
        """Waits for what is under way, before the server ends."""
        await asyncio.gather(*self._under_way, return_exceptions=True)


def recover(client: XPayClient, store: Store) -> list[str]:
    """Rolls back what a dead process left, and returns what a person has to look at. Any number of workers may call it."""
    left = []
    rolled_back = {one.tx_id for one in client.recover().rolled_back}
    journal = {one.tx_id: one for one in client.open_transactions() if one.tx_id}
    for oid, tx_id, sent_at in store.unsettled():
        known = journal.pop(tx_id, None)
        is_alive = known.state == "running" if known else sent_at > time.time() - STALE and tx_id not in rolled_back
        if is_alive or not store.claim(oid, tx_id):
            continue
        try:
            is_undone = tx_id in rolled_back or _undo(client, tx_id, known is not None)
        except XPayError as error:
            left.append(f"{oid}: {error}")
            continue
        if is_undone:
            store.end(oid, tx_id, "failed")
        else:
            left.append(f"{oid}: the gateway refused the Rollback of {tx_id}")
    for one in journal.values():
        if one.state == "unconfirmed" and one.txname in ("Cancel", "PartialCancel"):
            # The gateway gave the money back, and the process died before it was saved.
            store.end_cancellation(one.tx_id, "done", is_done=True)
        if one.state == "unconfirmed" and store.is_saved(one.tx_id):
            client.close_transaction(one.tx_id, "saved in the shop's database")
        elif one.is_open:
            left.append(f"{one.tx_id}: {one.txname} {one.detail}")
    store.expire()
    return left


def _undo(client: XPayClient, tx_id: str, is_known: bool) -> bool:
    if is_known:
        try:
            return client.undo_transaction(tx_id, "Recovery").is_success
        except UsageError:
            # It was settled in the journal meanwhile: one more Rollback does no harm.
            pass
    return client.undo(tx_id, "Recovery").is_success
