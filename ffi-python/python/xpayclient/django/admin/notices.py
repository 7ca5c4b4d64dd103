"""Notifications in Django's admin: to look at, and to acknowledge where they were refused."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Case, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import history, todo, wording
from ..models import Notice
from ..wording import won
from .base import ReadOnly, short


class SeenFilter(admin.SimpleListFilter):
    """What waits for somebody."""

    title = _("acknowledgement")
    parameter_name = "seen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Refused ones only."""
        return [("no", _("Waits for somebody")), ("yes", _("Acknowledged"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        """Refused, and acknowledged or not."""
        if self.value() == "no":
            return queryset.filter(_WAITS)
        return queryset.filter(seen_at__isnull=False) if self.value() == "yes" else queryset


class FlagFilter(admin.SimpleListFilter):
    """LGD_CASFLAG in words."""

    title = _("kind")
    parameter_name = "flag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """All that there are."""
        return list(Notice.Flag.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        """Those of it."""
        return queryset.filter(flag=self.value()) if self.value() else queryset


_WAITS = Q(fate=Notice.Fate.REFUSED, seen_at=None)


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    """Notices by themselves: those that were refused, and that nobody has acknowledged, come first."""

    list_display = ("__str__", "shown_amount", "shown_fate", "shown_reason", "shown_time")
    list_filter = (SeenFilter, "fate", FlagFilter)
    list_select_related = ("payment", "seen_by")
    search_fields = ("tid", "payment__oid")
    show_full_result_count = False
    actions = ("acknowledge",)
    fieldsets = (
        (None, {"fields": ("payment", "shown_flag", "shown_amount", "shown_fate", "shown_reason", "seen_at", "seen_by")}),
        (_("Details"), {"fields": ("before", "after", "deliveries", "first_at", "last_at", "tid", "seqno", "pay_date", "code")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """All of them."""
        return [str(name) for _title, options in self.fieldsets for name in options["fields"]]

    def get_ordering(self, request: HttpRequest) -> Any:
        """What waits first."""
        return [Case(When(_WAITS, then=Value(0)), default=Value(1)), "-last_at", "-pk"]

    @admin.display(description=_("kind"), ordering="flag")
    def shown_flag(self, notice: Notice) -> str:
        """In words."""
        return notice.get_flag_display()

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, notice: Notice) -> str:
        """With separators."""
        return won(notice.amount)

    @admin.display(description=_("result"), ordering="fate")
    def shown_fate(self, notice: Notice) -> str:
        """In words, with a colour."""
        waits = notice.fate == Notice.Fate.REFUSED and notice.seen_at is None
        seen = f" · {gettext('Acknowledged')}" if notice.seen_at else ""
        return format_html('<span class="xpay-state {}">{}</span>{}', "doubt" if waits else "", notice.get_fate_display(), seen)

    @admin.display(description=_("reason"))
    def shown_reason(self, notice: Notice) -> str:
        """In words."""
        return wording.reason(notice)

    @admin.display(description=_("last received at"), ordering="last_at")
    def shown_time(self, notice: Notice) -> str:
        """On one line."""
        return short(notice.last_at)

    def has_acknowledge_permission(self, request: HttpRequest) -> bool:
        """Who may say that a refused one needs nobody any more."""
        return request.user.has_perm("xpayclient.acknowledge_notice")

    def _waits(self, notice: Notice) -> bool:
        return notice.fate == Notice.Fate.REFUSED and notice.seen_at is None

    def buttons(self, request: HttpRequest, row: Notice) -> list[dict[str, str]]:
        """Acknowledging, where somebody has to."""
        if not self._waits(row) or not self.has_acknowledge_permission(request):
            return []
        return [{"text": gettext("Acknowledge: I have seen to it"), "action": "acknowledge"}]

    def more(self, request: HttpRequest, row: Notice) -> dict[str, Any]:
        """What is to be done."""
        return {"refused": self._waits(row), "notice": row}

    @admin.action(description=_("Acknowledge"), permissions=["acknowledge"])
    def acknowledge(self, request: HttpRequest, queryset: QuerySet[Notice]) -> HttpResponse | None:
        """Records who has seen to it, and when."""
        chosen = list(queryset.values_list("pk", flat=True))
        done = todo.acknowledge(chosen, request.user)
        for notice in done:
            history.write(request.user, notice, gettext("Acknowledged"))
        if done:
            said = ngettext("%(count)d notification was acknowledged.", "%(count)d notifications were acknowledged.", len(done))
            self.message_user(request, said % {"count": len(done)}, messages.SUCCESS)
        else:
            self.message_user(request, gettext("None of them is refused and waits for somebody."), messages.ERROR)
        return self.back(request, done[0]) if len(done) == 1 else None
