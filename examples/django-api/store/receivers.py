"""What payments do to orders, in the database transaction that records the payment: an exception here undoes both."""

from django.dispatch import receiver
from xpayclient.django import signals
from xpayclient.django.models import Payment

from .models import Order


def _set(order: Order, is_paid: bool) -> None:
    order.is_paid = is_paid
    order.save(update_fields=["is_paid"])


@receiver([signals.payment_approved, signals.deposit_received], sender=Order)
def paid(order: Order, **_: object) -> None:
    _set(order, True)


@receiver(signals.deposit_cancelled, sender=Order)
def unpaid(order: Order, **_: object) -> None:
    _set(order, False)


@receiver(signals.payment_cancelled, sender=Order)
def cancelled(order: Order, payment: Payment, **_: object) -> None:
    _set(order, payment.balance > 0)
