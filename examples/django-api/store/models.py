"""An order of a user. Replace it with yours: payments use only the four methods at its end."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from xpayclient.django.orders import Buyer


class Order(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="orders")
    title = models.CharField(max_length=100)
    total = models.PositiveIntegerField()
    is_paid = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.title} ({self.pk})"

    def xpay_amount(self) -> int:
        return self.total

    def xpay_product_info(self) -> str:
        return self.title

    def xpay_buyer(self) -> Buyer:
        return Buyer(self.user.get_full_name() or self.user.get_username())

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.pk])
