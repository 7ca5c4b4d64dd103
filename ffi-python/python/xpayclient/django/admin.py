"""Payments in Django's admin: to look at, to cancel, with cash receipts; never edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from xpayclient import Means, XPayError

from . import cards, refunds
from .models import Delivery, KeptCard, Notice, Payment, State, Transaction


class _ReadOnly:
    """History is not changed by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _History(_ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TransactionInline(_History):
    """Every request that was sent for it."""

    model = Transaction
    fields = ("sent_at", "kind", "amount", "outcome", "is_booked", "before", "after", "code", "message", "user", "tx_id")


class NoticeInline(_History):
    """Every notice that came."""

    model = Notice
    fields = ("first_at", "flag", "seqno", "amount", "fate", "reason", "before", "after", "deliveries")


class DeliveryInline(_History):
    """Every escrow delivery that was registered."""

    model = Delivery
    fields = ("sent_at", "kind", "product_id", "number", "outcome", "code", "message", "user")


@admin.register(Payment)
class PaymentAdmin(_ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Payments, with the actions of the merchant."""

    list_display = ("oid", "order_link", "state", "amount", "balance", "means_in_words", "institution", "paid_at", "receipt")
    list_filter = ("state", "means", "created_at")
    search_fields = ("oid", "tid", "tx_id", "object_id", "approval_number")
    inlines = (TransactionInline, NoticeInline, DeliveryInline)
    actions = ("cancel", "cancel_part", "cash_receipt", "escrow_delivery")
    # Its page is the buyer's.
    view_on_site = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """All of them."""
        return [field.name for field in self.model._meta.fields if not field.generated]

    @admin.display(description=_("order"))
    def order_link(self, payment: Payment) -> str:
        """The order in words."""
        return str(payment.order or f"{payment.content_type.name} {payment.object_id}")

    @admin.display(description=_("payment method"), ordering="means")
    def means_in_words(self, payment: Payment) -> str:
        """The payment method in words."""
        return payment.means_name

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        """With their orders, by one query for each kind of order."""
        return super().get_queryset(request).prefetch_related("order")

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        """Who may give money back."""
        return request.user.has_perm("xpayclient.cancel_payment")

    def has_receipt_permission(self, request: HttpRequest) -> bool:
        """Who may issue receipts."""
        return request.user.has_perm("xpayclient.issue_receipt")

    def has_delivery_permission(self, request: HttpRequest) -> bool:
        """Who may register escrow deliveries."""
        return request.user.has_perm("xpayclient.register_delivery")

    @method_decorator(transaction.non_atomic_requests)
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Its actions ask the gateway, which has to be outside of a transaction of the request (ATOMIC_REQUESTS)."""
        return super().changelist_view(request, extra_context)

    @admin.action(description=_("Cancel: give everything back"), permissions=["cancel"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Payment]) -> HttpResponse | None:
        """Asks for confirmation, and gives back the balance of each."""
        if "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Give everything back?"),
                "payments": queryset,
                "opts": self.model._meta,
                "action_checkbox_name": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/xpayclient/cancel.html", context)
        done = 0
        for payment in queryset:
            if payment.means == Means.VIRTUAL_ACCOUNT:
                why = gettext("a virtual account is refunded to an account: use “Cancel a part or to an account”.")
                self.message_user(request, f"{payment.oid}: {why}", messages.ERROR)
                continue
            try:
                reason = request.POST.get("reason", "")[:100]
                entry = refunds.cancel(payment, reason=reason, user=request.user, ip=request.META.get("REMOTE_ADDR", ""))
            except (refunds.NotRefundable, XPayError) as error:
                self.message_user(request, f"{payment.oid}: {error}", messages.ERROR)
                continue
            if entry.is_booked:
                done += 1
            else:
                self.message_user(request, f"{payment.oid}: {entry.message} ({entry.code})", messages.ERROR)
        if done:
            message = ngettext("%(count)d payment was cancelled.", "%(count)d payments were cancelled.", done)
            self.message_user(request, message % {"count": done}, messages.SUCCESS)
        return None

    @admin.action(description=_("Cancel a part or to an account"), permissions=["cancel"])
    def cancel_part(self, request: HttpRequest, queryset: QuerySet[Payment]) -> HttpResponse | None:
        """Goes to the page that asks how much, and where to."""
        return self._page(request, queryset.filter(state=State.PAID), "xpay:cancel")

    @admin.action(description=_("Cash receipt"), permissions=["receipt"])
    def cash_receipt(self, request: HttpRequest, queryset: QuerySet[Payment]) -> HttpResponse | None:
        """Goes to the page that asks to whom."""
        return self._page(request, queryset.filter(state=State.PAID), "xpay:receipt")

    @admin.action(description=_("Register an escrow delivery"), permissions=["delivery"])
    def escrow_delivery(self, request: HttpRequest, queryset: QuerySet[Payment]) -> HttpResponse | None:
        """Goes to the page that asks what was sent or received."""
        return self._page(request, queryset.filter(state=State.PAID), "xpay:delivery")

    def _page(self, request: HttpRequest, queryset: QuerySet[Payment], name: str) -> HttpResponse | None:
        chosen = list(queryset[:2])
        if len(chosen) == 1:
            return HttpResponseRedirect(reverse(name, args=[chosen[0].oid]))
        self.message_user(request, gettext("Choose one payment that is paid."), messages.ERROR)
        return None


@admin.register(Notice)
class NoticeAdmin(_ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Notices by themselves: those that were refused are worth a look."""

    list_display = ("payment", "flag", "seqno", "amount", "fate", "reason", "deliveries", "last_at")
    list_filter = ("fate", "flag")
    search_fields = ("tid", "payment__oid")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """All of them."""
        return [field.name for field in self.model._meta.fields if not field.generated]


@admin.register(KeptCard)
class KeptCardAdmin(_ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Kept cards, by the masked number. The billing key is shown nowhere."""

    list_display = ("__str__", "user", "kept_at", "charged_at", "given_up_at")
    list_filter = ("kept_at", ("given_up_at", admin.EmptyFieldListFilter))
    search_fields = (f"user__{get_user_model().USERNAME_FIELD}", "tid", "number")
    fields = ("user", "institution", "number", "tid", "kept_at", "charged_at", "given_up_at")
    readonly_fields = fields
    actions = ("give_up",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of a card that is given up, since it would keep its user from being deleted."""
        is_given_up = obj is not None and obj.given_up_at is not None
        return is_given_up and admin.ModelAdmin.has_delete_permission(self, request, obj)

    def has_give_up_permission(self, request: HttpRequest) -> bool:
        """Who may give up a buyer's card."""
        return request.user.has_perm("xpayclient.give_up_card")

    @admin.action(description=_("Give up: delete the billing key"), permissions=["give_up"])
    def give_up(self, request: HttpRequest, queryset: QuerySet[KeptCard]) -> None:
        """The card is never charged again."""
        for card in queryset.filter(given_up_at=None):
            cards.give_up(card)
        self.message_user(request, gettext("The billing keys were deleted."), messages.SUCCESS)
