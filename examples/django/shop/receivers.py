"""What payments do to orders, in the database transaction that records the payment: an exception here undoes both."""

from django.dispatch import receiver
from xpayclient.django import signals
from xpayclient.django.models import Payment

from .models import Order


def _set(order: Order, state: str) -> None:
    order.state = state
    order.save(update_fields=["state"])


@receiver(signals.payment_approved, sender=Order)
def paid(order: Order, **_: object) -> None:
    order.take_stock()
    _set(order, Order.State.PAID)


@receiver(signals.virtual_account_issued, sender=Order)
def waiting(order: Order, **_: object) -> None:
    # Reserved for the buyer until the deposit arrives.
    order.take_stock()
    _set(order, Order.State.WAITING)


@receiver(signals.deposit_received, sender=Order)
def deposited(order: Order, **_: object) -> None:
    _set(order, Order.State.PAID)


@receiver(signals.deposit_cancelled, sender=Order)
def deposit_taken_back(order: Order, **_: object) -> None:
    _set(order, Order.State.WAITING)


@receiver(signals.payment_failed, sender=Order)
def failed(order: Order, **_: object) -> None:
    if order.state == Order.State.WAITING:
        order.give_stock_back()
        _set(order, Order.State.NEW)


@receiver(signals.payment_cancelled, sender=Order)
def cancelled(order: Order, payment: Payment, **_: object) -> None:
    if payment.balance == 0:
        order.give_stock_back()
        _set(order, Order.State.CANCELLED)
