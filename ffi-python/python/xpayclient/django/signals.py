"""Signals. Each is sent inside the database transaction that changes the payment, with the order locked.

The sender is the order's class; `payment` and `order` always come along. What a receiver does to the database is committed
with the payment or not at all, and what it raises undoes both; after an approval the gateway is then asked for a Rollback
(망취소). A receiver that raises `Refused` is the shop's way to say no: the buyer reads its words. What must not be undone, as
mails, belongs into ``transaction.on_commit``.
"""

from __future__ import annotations

from django.dispatch import Signal

payment_approved = Signal()
"""Money moved: a card, a bank transfer. With `result`, the `PaymentResult`."""

payment_failed = Signal()
"""No money moved: declined, not sent, rolled back, or a virtual account that nobody paid into. The order may be paid again."""

virtual_account_issued = Signal()
"""The buyer was given an account to pay into. No money moved yet. With `result`."""

deposit_received = Signal()
"""The money is in the account: the order is paid. With `notice`, a `xpayclient.Notice`."""

deposit_cancelled = Signal()
"""The bank took the deposit back: the order is unpaid again. With `notice`."""

payment_cancelled = Signal()
"""Money goes back, all of it or a part: `amount` won, and `payment.balance` is what stands."""


class Refused(Exception):
    """Raised in a receiver of `payment_approved` or `virtual_account_issued`: the payment is undone, the buyer reads why."""
