"""What is stored: a payment, every request that was sent for it, every notification that came, and the cards that are kept.

The rules of money are constraints of the database. Not kept are LGD_PAYKEY, card numbers, the buyer's name, phone and mail,
accounts for refunds, and the number a cash receipt goes to. Kept are the virtual account to pay into, since the buyer has to
be shown it, the institution's approval number, by which a card's issuer finds a payment, and LGD_BILLKEY of a card that its
holder asked to keep.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xpayclient import Means

from .fields import KeyField, SecretField, true_where


class State(models.TextChoices):
    """Where a payment stands."""

    READY = "ready", _("Not paid")
    PAYING = "paying", _("Being paid")
    DOUBT = "doubt", _("In doubt")
    WAITING = "waiting", _("Waiting for the deposit")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


LIVE = (State.PAYING, State.DOUBT, State.WAITING, State.PAID)
"""Of these an order has one at most: while there is one, it cannot be paid again."""

MEANS = {
    Means.CARD: _("Card"),
    Means.BANK_TRANSFER: _("Bank transfer"),
    Means.VIRTUAL_ACCOUNT: _("Virtual account"),
    Means.MOBILE_PHONE: _("Mobile phone"),
    Means.LANDLINE: _("Landline telephone"),
    Means.OK_CASHBAG: _("OK Cashbag"),
    Means.CULTURE_VOUCHER: _("Culture voucher"),
    Means.GAME_VOUCHER: _("Game voucher"),
    Means.BOOK_VOUCHER: _("Book voucher"),
    Means.MOBILE_TMONEY: _("Mobile T-money"),
}


class KeptCard(models.Model):
    """A card that a user of the shop asked to keep: it is charged by its billing key, until it is given up.

    The key is stored as it is. Whoever reads it from the database cannot charge it: a request also needs the MertKey, which is
    in no database.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="xpay_cards", verbose_name=_("user"))
    mid = models.CharField("LGD_MID", max_length=15)
    billing_key = SecretField("LGD_BILLKEY", max_length=255, blank=True, editable=False)
    institution = models.CharField(_("institution"), max_length=40, blank=True)
    number = models.CharField(_("card number, masked"), max_length=24, blank=True)
    tid = KeyField("LGD_TID", max_length=24, blank=True)
    kept_at = models.DateTimeField(_("kept since"), default=timezone.now)
    charged_at = models.DateTimeField(_("last charge requested at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    has_key = true_where(~Q(billing_key=""))

    objects: ClassVar[models.Manager[KeptCard]] = models.Manager()

    class Meta:
        verbose_name = _("kept card")
        verbose_name_plural = _("kept cards")
        ordering = ["-kept_at", "-pk"]
        permissions = [("give_up_card", _("Can give up kept cards"))]
        constraints = [
            models.UniqueConstraint(fields=["user", "mid", "billing_key", "has_key"], name="xpay_card_once"),
            # Of a card that is given up the key is gone.
            models.CheckConstraint(
                condition=Q(given_up_at__isnull=True) & ~Q(billing_key="") | Q(given_up_at__isnull=False, billing_key=""),
                name="xpay_card_has_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.number}".strip() or gettext("kept card")


class Payment(models.Model):
    """One try to pay an order, under an LGD_OID of its own."""

    State = State

    oid = KeyField("LGD_OID", max_length=63, unique=True)
    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind of order"))
    object_id = KeyField(_("order"), max_length=64)
    order = GenericForeignKey("content_type", "object_id")
    amount = models.PositiveBigIntegerField(_("amount"))
    balance = models.PositiveBigIntegerField(_("balance"), default=0, help_text=_("What is left after cancellations, in won."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.READY)
    offered = models.CharField("LGD_CUSTOM_USABLEPAY", max_length=100, blank=True)
    card = models.ForeignKey(
        KeptCard, models.SET_NULL, null=True, blank=True, verbose_name=_("kept card"), related_name="payments"
    )
    back_at = models.DateTimeField(_("back from the payment app at"), null=True, blank=True)

    tid = KeyField("LGD_TID", max_length=24, blank=True)
    tx_id = KeyField("LGD_TXID", max_length=80, blank=True)
    means = models.CharField(_("payment method"), max_length=6, blank=True)
    institution = models.CharField(_("institution"), max_length=40, blank=True)
    approval_number = models.CharField(_("approval number"), max_length=20, blank=True)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    cancellable_in_part = models.BooleanField(_("can be cancelled in part"), null=True, blank=True)
    account = models.CharField(_("virtual account"), max_length=20, blank=True)
    pay_by = models.DateTimeField(_("deposit deadline"), null=True, blank=True)
    seqno = models.CharField("LGD_CASSEQNO", max_length=6, blank=True, help_text=_("The number of the deposit that paid it."))
    receipt = models.CharField(_("cash receipt"), max_length=40, blank=True)
    code = models.CharField("LGD_RESPCODE", max_length=8, blank=True)
    message = models.CharField("LGD_RESPMSG", max_length=512, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    is_live = true_where(Q(state__in=LIVE))
    has_tid = true_where(~Q(tid=""))

    objects: ClassVar[models.Manager[Payment]] = models.Manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("cancel_payment", _("Can give money back")),
            ("issue_receipt", _("Can issue cash receipts")),
            ("register_delivery", _("Can register escrow deliveries")),
            ("settle_payment", _("Can decide what became of requests in doubt")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tid", "has_tid"], name="xpay_payment_tid"),
            # It also finds an order's payments.
            models.UniqueConstraint(fields=["content_type", "object_id", "is_live"], name="xpay_one_live_payment"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="xpay_amount"),
            models.CheckConstraint(condition=Q(balance__lte=F("amount")), name="xpay_balance"),
            models.CheckConstraint(
                condition=Q(state=State.PAID, balance__gt=0) | (~Q(state=State.PAID) & Q(balance=0)),
                name="xpay_paid_has_balance",
            ),
            models.CheckConstraint(condition=~Q(state__in=(State.PAID, State.WAITING)) | ~Q(tid=""), name="xpay_paid_has_tid"),
        ]

    def __str__(self) -> str:
        return f"{self.oid} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        """The page where the buyer pays and sees the result."""
        return reverse("xpay:payreq", args=[self.oid])

    @property
    def means_name(self) -> str:
        """The payment method in words."""
        return str(MEANS.get(self.means, self.means))

    @property
    def is_open(self) -> bool:
        """Whether it is not known yet if money moved."""
        return self.state in (State.PAYING, State.DOUBT)


class Outcome(models.TextChoices):
    """What became of a request."""

    SENT = "sent", _("Sent")
    ANSWERED = "answered", _("Answered")
    NOT_SENT = "not_sent", _("Not sent")
    ROLLED_BACK = "rolled_back", _("Rolled back")
    IN_DOUBT = "in_doubt", pgettext_lazy("a request", "In doubt")


class Transaction(models.Model):
    """A request to the gateway: written before it is sent, and again when it ended."""

    class Kind(models.TextChoices):
        """LGD_TXNAME in plain words."""

        PAY = "pay", _("Payment")
        CANCEL = "cancel", _("Cancel")
        PARTIAL_CANCEL = "partial cancel", _("Partial cancel")
        RECEIPT = "receipt", _("Cash receipt")
        RECEIPT_CANCEL = "receipt cancel", _("Cash receipt cancelled")

    Outcome = Outcome

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="transactions", verbose_name=_("payment"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    tx_id = KeyField("LGD_TXID", max_length=80, unique=True)
    amount = models.PositiveBigIntegerField(_("amount"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.SENT)
    is_booked = models.BooleanField(_("booked"), default=False)
    before = models.CharField(_("state before"), max_length=10, choices=State.choices)
    after = models.CharField(_("state after"), max_length=10, choices=State.choices, blank=True)
    code = models.CharField("LGD_RESPCODE", max_length=8, blank=True)
    message = models.CharField("LGD_RESPMSG", max_length=512, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("requested by"), related_name="+"
    )
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    # Of the page that asked for it: pressed twice, it asks once.
    once = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    is_approval = true_where(Q(kind="pay", is_booked=True))

    objects: ClassVar[models.Manager[Transaction]] = models.Manager()

    class Meta:
        verbose_name = _("transaction")
        verbose_name_plural = _("transactions")
        ordering = ["sent_at", "pk"]
        constraints = [
            # A payment is approved once, whatever happens.
            models.UniqueConstraint(fields=["payment", "is_approval"], name="xpay_approved_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.tx_id}"


class Delivery(models.Model):
    """An escrow delivery: written before it is registered, and again when that ended."""

    class Kind(models.TextChoices):
        """dlvtype."""

        SENT = "03", _("Item sent")
        RECEIVED = "01", _("Item received")

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="escrow_deliveries", verbose_name=_("payment"))
    kind = models.CharField(_("kind"), max_length=2, choices=Kind.choices)
    product_id = models.CharField("LGD_ESCROW_GOODID", max_length=100, blank=True)
    number = models.CharField(_("parcel number"), max_length=50, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.SENT)
    code = models.CharField(_("code"), max_length=8, blank=True)
    message = models.CharField(_("message"), max_length=512, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("requested by"), related_name="+"
    )
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)

    objects: ClassVar[models.Manager[Delivery]] = models.Manager()

    class Meta:
        verbose_name = _("escrow delivery")
        verbose_name_plural = _("escrow deliveries")
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.product_id} {self.number}".strip()

    @property
    def is_registered(self) -> bool:
        """Whether the gateway answered OK."""
        return self.outcome == Outcome.ANSWERED and self.code == "0000"

    @property
    def may_stand(self) -> bool:
        """Whether the gateway has it, or may have it."""
        return self.is_registered or self.outcome in (Outcome.SENT, Outcome.IN_DOUBT)

    @property
    def in_words(self) -> str:
        """What became of it."""
        if self.is_registered:
            return gettext("registered")
        if self.may_stand:
            return gettext("Unknown: look it up in the merchant admin.")
        return f"{self.message} ({self.code})"

    def ended(self, outcome: str, code: str, message: str) -> None:
        """What became of it, from now on."""
        self.outcome, self.code, self.message = outcome, code, message[:512]
        self.save(update_fields=["outcome", "code", "message"])


class Notice(models.Model):
    """A notification that the gateway signed, identified by LGD_TID, LGD_CASSEQNO, LGD_CASFLAG and LGD_PAYDATE."""

    class Flag(models.TextChoices):
        """LGD_CASFLAG; a mobile payment's note has none and is kept as ``M``."""

        ALLOTTED = "R", _("Account issued")
        PAID_IN = "I", _("Deposited")
        DEPOSIT_CANCELLED = "C", _("Deposit reversed")
        MOBILE = "M", _("Mobile payment")

    class Fate(models.TextChoices):
        """What was done with it."""

        BOOKED = "booked", _("Booked")
        NOTED = "noted", _("Changes nothing")
        REFUSED = "refused", _("Refused")

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="notices", verbose_name=_("payment"))
    tid = KeyField("LGD_TID", max_length=24)
    seqno = models.CharField("LGD_CASSEQNO", max_length=6, blank=True)
    flag = models.CharField("LGD_CASFLAG", max_length=1, choices=Flag.choices)
    # Where a bank numbers no deposits, only its time tells a second one from a repetition.
    pay_date = models.CharField("LGD_PAYDATE", max_length=14, blank=True, default="")
    amount = models.PositiveBigIntegerField(_("amount"))
    fate = models.CharField(_("result"), max_length=8, choices=Fate.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    before = models.CharField(_("state before"), max_length=10, choices=State.choices)
    after = models.CharField(_("state after"), max_length=10, choices=State.choices)
    code = models.CharField("LGD_RESPCODE", max_length=8)
    deliveries = models.PositiveIntegerField(_("deliveries"), default=0)
    first_at = models.DateTimeField(_("first received at"), default=timezone.now)
    last_at = models.DateTimeField(_("last received at"), auto_now=True)
    seen_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("acknowledged by"), related_name="+"
    )

    objects: ClassVar[models.Manager[Notice]] = models.Manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["first_at", "pk"]
        permissions = [("acknowledge_notice", _("Can acknowledge refused notifications"))]
        constraints = [
            models.UniqueConstraint(fields=["tid", "seqno", "flag", "pay_date"], name="xpay_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_flag_display()} {self.payment.oid}"


def order_key(order: Any) -> dict[str, Any]:
    """The fields by which an order's payments are found."""
    return {"content_type": ContentType.objects.get_for_model(order), "object_id": str(order.pk)}
