"""Signals. Each is sent inside the database transaction that changes the payment, with the order locked.

The sender is the order's class; `payment` and `order` are arguments, but for cards. What a receiver writes to the database is
committed with the payment or not at all, and an exception undoes both; an approval is then rolled back at the gateway
(망취소). A receiver raises `Refused` to refuse the payment, and the buyer reads its message. What cannot be undone, such as
mail, belongs in ``transaction.on_commit``.
"""

from __future__ import annotations

from django.dispatch import Signal

payment_approved = Signal()
"""Money moved: a card, a bank transfer. With `result`, the `PaymentResult`; of a mobile payment that the gateway finished,
`result` is its `xpayclient.Notice`."""

payment_failed = Signal()
"""No money moved: declined, not sent, rolled back, or a virtual account without a deposit. The order may be paid again."""

virtual_account_issued = Signal()
"""A virtual account was issued. No money moved yet. With `result`."""

deposit_received = Signal()
"""The money is in the account: the order is paid. With `notice`, a `xpayclient.Notice`."""

deposit_cancelled = Signal()
"""The bank reversed the deposit: the order is unpaid again. With `notice`."""

payment_cancelled = Signal()
"""Money is given back, all of it or a part: `amount` won; `payment.balance` is what is left."""

card_kept = Signal()
"""A user's card is kept. The sender is `KeptCard`; with `card`, without `payment` and `order`."""

card_given_up = Signal()
"""A kept card is given up: its billing key is deleted. With `card`."""


class Refused(Exception):
    """Raised in a receiver of `payment_approved` or `virtual_account_issued`: the payment is undone, the buyer reads why."""
