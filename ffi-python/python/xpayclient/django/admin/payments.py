"""Payments in Django's admin: to look at, to refund, with receipts and deliveries; never edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xpayclient import Means

from .. import receipts, refunds, todo, wording
from ..models import MEANS, Payment, State
from ..wording import won
from . import bulk
from .base import ReadOnly, short

LONGEST_SEARCH = 1000
"""So many orders at most are looked up by the search of their own admin."""


class MeansFilter(admin.SimpleListFilter):
    """The payment method in words."""

    title = _("payment method")
    parameter_name = "means"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """All that there are."""
        return list(MEANS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payment]) -> QuerySet[Payment]:
        """Those paid by it."""
        return queryset.filter(means=self.value()) if self.value() else queryset


def show_orders(site: admin.AdminSite, request: HttpRequest, payments: Any) -> None:
    """The order's text, and the page of it that this user may open, at each payment."""
    known = wording.orders(payments)
    for payment in payments:
        order = known[payment.pk]
        payment.order_shown = (order.text, _page_of(site, request, order.row))


def _page_of(site: admin.AdminSite, request: HttpRequest, row: Any) -> str:
    """The order in the admin where it is there and permitted, else its own page."""
    of_model = site._registry.get(type(row))
    if of_model is not None and of_model.has_view_or_change_permission(request, row):
        try:
            return reverse(f"{site.name}:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        except NoReverseMatch:
            pass
    return wording.page_of(row)


class PaymentList(ChangeList):
    """A page of payments, each with its order."""

    def get_results(self, request: HttpRequest) -> None:
        """One query for each kind of order."""
        super().get_results(request)
        show_orders(self.model_admin.admin_site, request, self.result_list)


@admin.register(Payment)
class PaymentAdmin(ReadOnly):
    """Payments, with the actions of the merchant."""

    list_display = ("oid", "shown_order", "shown_state", "shown_amount", "shown_means", "shown_time")
    list_filter = ("state", MeansFilter, "created_at")
    search_fields = ("oid", "tid", "tx_id", "object_id", "approval_number")
    search_help_text = _("LGD_OID, LGD_TID, LGD_TXID, approval number, or the order")
    show_full_result_count = False
    actions = ("cancel", "cancel_part", "cash_receipt", "escrow_delivery")
    # Its page is the buyer's.
    view_on_site = False
    fieldsets = (
        (None, {"fields": ("shown_order", "shown_state", "shown_amount", "shown_balance", "shown_means", "paid_at")}),
        (
            _("Details"),
            {"fields": ("approval_number", "in_parts", "card", "account", "pay_by", "shown_seqno", "receipt", "back_at")},
        ),
        (_("Numbers"), {"fields": ("oid", "tid", "tx_id", "shown_offered", "code", "message", "created_at", "updated_at")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """All of them."""
        return [str(name) for _title, options in self.fieldsets for name in options["fields"]]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without what this payment has not."""
        empty = {
            "approval_number",
            "card",
            "account",
            "receipt",
            "back_at",
            "tid",
            "tx_id",
            "code",
            "message",
            "paid_at",
        }
        hidden = {name for name in empty if obj is not None and not getattr(obj, name)}
        hidden |= {
            name for name, field in (("shown_seqno", "seqno"), ("shown_offered", "offered")) if obj and not getattr(obj, field)
        }
        # The window's request names a deadline for an account, whatever the buyer then pays by.
        hidden |= {"pay_by"} if obj is not None and not obj.account else set()
        hidden |= {"in_parts"} if obj is not None and obj.cancellable_in_part is None else set()
        kept = ((title, [name for name in options["fields"] if name not in hidden]) for title, options in self.fieldsets)
        return [(title, {"fields": names}) for title, names in kept if names]

    def get_changelist(self, request: HttpRequest, **more: Any) -> type[ChangeList]:
        """With the orders."""
        return PaymentList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        """With the kept card that the page names."""
        return super().get_queryset(request).select_related("card")

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """With its order."""
        payment = super().get_object(request, object_id, from_field)
        if payment is not None:
            show_orders(self.admin_site, request, [payment])
        return payment

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Payment], search_term: str) -> Any:
        """By the payment's numbers, or by what the order's own admin searches."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return found, may_repeat
        orders = Q()
        for model, of_model in self.admin_site._registry.items():
            if not hasattr(model, "xpay_amount") or not of_model.get_search_fields(request):
                continue
            if not of_model.has_view_or_change_permission(request):
                continue
            rows, _repeats = of_model.get_search_results(request, of_model.get_queryset(request), search_term)
            keys = [str(pk) for pk in rows.values_list("pk", flat=True)[:LONGEST_SEARCH]]
            orders |= Q(
                content_type__app_label=model._meta.app_label, content_type__model=model._meta.model_name, object_id__in=keys
            )
        return (found | queryset.filter(orders) if orders else found), may_repeat

    @admin.display(description=_("order"))
    def shown_order(self, payment: Payment) -> str:
        """The order in words, as a link."""
        text, page = payment.order_shown  # type: ignore[attr-defined]
        return format_html('<a href="{}">{}</a>', page, text) if page else text

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, payment: Payment) -> str:
        """In words, with a colour."""
        return format_html('<span class="xpay-state {}">{}</span>', payment.state, payment.get_state_display())

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, payment: Payment) -> str:
        """With what is left of it, where a part was refunded."""
        if payment.state != State.PAID or payment.balance == payment.amount:
            return won(payment.amount)
        left = gettext("%s left") % won(payment.balance)
        return format_html("{}<br><small>{}</small>", won(payment.amount), left)

    @admin.display(description=_("balance"))
    def shown_balance(self, payment: Payment) -> str:
        """What can still be refunded."""
        return won(payment.balance)

    @admin.display(description=_("payment method"), ordering="means")
    def shown_means(self, payment: Payment) -> str:
        """In words, with the institution."""
        if not payment.means:
            return "–"
        return format_html("{} <small>{}</small>", payment.means_name, payment.institution)

    @admin.display(description=_("payment methods offered"))
    def shown_offered(self, payment: Payment) -> str:
        """In words."""
        return ", ".join(str(MEANS.get(one, one)) for one in payment.offered.split("-"))

    @admin.display(description=_("time"), ordering="created_at")
    def shown_time(self, payment: Payment) -> str:
        """When it was paid, else when it was begun."""
        return short(payment.paid_at or payment.created_at)

    @admin.display(description=_("can be cancelled in part"))
    def in_parts(self, payment: Payment) -> str:
        """In words."""
        return gettext("Yes") if payment.cancellable_in_part else gettext("No")

    @admin.display(description=_("number of the deposit"))
    def shown_seqno(self, payment: Payment) -> str:
        """LGD_CASSEQNO."""
        return payment.seqno

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        """Who may give money back."""
        return request.user.has_perm("xpayclient.cancel_payment")

    def has_receipt_permission(self, request: HttpRequest) -> bool:
        """Who may issue receipts."""
        return request.user.has_perm("xpayclient.issue_receipt")

    def has_delivery_permission(self, request: HttpRequest) -> bool:
        """Who may register escrow deliveries."""
        return request.user.has_perm("xpayclient.register_delivery")

    def buttons(self, request: HttpRequest, row: Payment) -> list[dict[str, str]]:
        """What can be done with it now."""
        if row.state != State.PAID:
            return []
        found = []
        in_doubt = refunds.open_ones(row).exists()
        if self.has_cancel_permission(request) and not in_doubt:
            if row.means != Means.VIRTUAL_ACCOUNT:
                found.append({"text": gettext("Refund all: %s") % won(row.balance), "action": "cancel"})
            part = gettext("Refund to an account") if row.means == Means.VIRTUAL_ACCOUNT else gettext("Refund a part")
            found.append({"text": part, "page": reverse("xpay:cancel", args=[row.oid])})
        if self.has_receipt_permission(request) and row.means in receipts.FOR:
            found.append({"text": gettext("Cash receipt"), "page": reverse("xpay:receipt", args=[row.oid])})
        if self.has_delivery_permission(request):
            found.append({"text": gettext("Escrow delivery"), "page": reverse("xpay:delivery", args=[row.oid])})
        return found

    def more(self, request: HttpRequest, row: Payment) -> dict[str, Any]:
        """What happened to it, as far as this user may see it; and what is to be done."""
        may = request.user.has_perm
        sent = list(row.transactions.select_related("user")) if may("xpayclient.view_transaction") else []
        may_decide = may("xpayclient.settle_payment")
        waiting = [one.pk for one in row.transactions.all() if todo.is_decidable(one)]
        return {
            "sent": sent,
            "notices": row.notices.select_related("seen_by") if may("xpayclient.view_notice") else [],
            "deliveries": row.escrow_deliveries.select_related("user") if may("xpayclient.view_delivery") else [],
            "waiting": waiting,
            "may_decide": may_decide,
            "payment": row,
        }

    @method_decorator(transaction.non_atomic_requests)
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Its actions ask the gateway, which has to be outside of a transaction of the request (ATOMIC_REQUESTS)."""
        return super().changelist_view(request, extra_context)

    @admin.action(description=_("Refund all"), permissions=["cancel"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Payment]) -> HttpResponse | None:
        """Shows what it comes to, then gives back the balance of each that was shown."""
        return bulk.cancel(self, request, queryset)

    @admin.action(description=_("Refund a part or to an account"), permissions=["cancel"])
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
