"""Products and orders. Payments use only the four methods at the end of Order."""

import secrets

from django.db import models
from django.db.models import F, Sum
from django.urls import reverse
from xpayclient.django.orders import Buyer
from xpayclient.django.signals import Refused


class Product(models.Model):
    name = models.CharField("상품", max_length=60)
    price = models.PositiveIntegerField("가격")
    stock = models.PositiveIntegerField("재고")

    class Meta:
        verbose_name = verbose_name_plural = "상품"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


def _token() -> str:
    return secrets.token_urlsafe(12)


class Order(models.Model):
    class State(models.TextChoices):
        NEW = "new", "결제 전"
        WAITING = "waiting", "입금 대기"
        PAID = "paid", "결제 완료"
        CANCELLED = "cancelled", "취소"

    # Part of the URL of the order's page; anybody who knows it may see the page.
    token = models.CharField(max_length=16, unique=True, default=_token, editable=False)
    buyer = models.CharField("주문하신 분", max_length=15)
    state = models.CharField("상태", max_length=10, choices=State.choices, default=State.NEW)
    created_at = models.DateTimeField("주문일시", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "주문"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"주문 {self.pk}"

    def take_stock(self) -> None:
        """Takes the items from stock, or raises `Refused`: the payment is rolled back, and the buyer reads the reason."""
        # Always in the same order: otherwise two buyers of the same products could each wait for the other.
        for line in self.lines.order_by("product"):
            enough = Product.objects.filter(pk=line.product_id, stock__gte=line.quantity)
            if not enough.update(stock=F("stock") - line.quantity):
                raise Refused(f"그 사이 품절되었습니다: {line.product}")

    def give_stock_back(self) -> None:
        for line in self.lines.order_by("product"):
            Product.objects.filter(pk=line.product_id).update(stock=F("stock") + line.quantity)

    # The methods that xpayclient.django calls.

    def xpay_amount(self) -> int:
        total: int = self.lines.aggregate(total=Sum(F("price") * F("quantity"), default=0))["total"]
        return total

    def xpay_product_info(self) -> str:
        first, *others = self.lines.select_related("product")
        return f"{first.product} 외 {len(others)}건" if others else str(first.product)

    def xpay_buyer(self) -> Buyer:
        return Buyer(self.buyer)

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.token])


class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT)
    quantity = models.PositiveIntegerField()
    # The price at the time of the order.
    price = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["order", "product"], name="shop_line_once")]
