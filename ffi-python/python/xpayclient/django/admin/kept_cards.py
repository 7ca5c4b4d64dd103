"""Kept cards in Django's admin: to look at, and to give up."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models import KeptCard
from . import bulk
from .base import ReadOnly, short


@admin.register(KeptCard)
class KeptCardAdmin(ReadOnly):
    """Kept cards, by the masked number. The billing key is shown nowhere."""

    list_display = ("__str__", "user", "shown_kept", "shown_charged", "shown_given_up")
    list_filter = ("kept_at", ("given_up_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = (f"user__{get_user_model().USERNAME_FIELD}", "tid", "number")
    fields = ("user", "institution", "number", "tid", "kept_at", "charged_at", "given_up_at")
    readonly_fields = fields
    actions = ("give_up",)

    @admin.display(description=_("kept since"), ordering="kept_at")
    def shown_kept(self, card: KeptCard) -> str:
        """On one line."""
        return short(card.kept_at)

    @admin.display(description=_("last charge requested at"), ordering="charged_at")
    def shown_charged(self, card: KeptCard) -> str:
        """On one line."""
        return short(card.charged_at)

    @admin.display(description=_("given up at"), ordering="given_up_at")
    def shown_given_up(self, card: KeptCard) -> str:
        """On one line."""
        return short(card.given_up_at)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of a card that is given up, since it would keep its user from being deleted."""
        is_given_up = obj is not None and obj.given_up_at is not None
        return is_given_up and admin.ModelAdmin.has_delete_permission(self, request, obj)

    def has_give_up_permission(self, request: HttpRequest) -> bool:
        """Who may give up a buyer's card."""
        return request.user.has_perm("xpayclient.give_up_card")

    def buttons(self, request: HttpRequest, row: KeptCard) -> list[dict[str, str]]:
        """Giving it up."""
        if row.given_up_at is not None or not self.has_give_up_permission(request):
            return []
        return [{"text": gettext("Give up: delete the billing key"), "action": "give_up"}]

    @admin.action(description=_("Give up: delete the billing key"), permissions=["give_up"])
    def give_up(self, request: HttpRequest, queryset: QuerySet[KeptCard]) -> HttpResponse | None:
        """Asks, then deletes: the cards are never charged again."""
        return bulk.give_up(self, request, queryset)
