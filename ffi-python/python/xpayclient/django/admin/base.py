"""What the admin's pages have in common: they show, and save nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """History is not changed by hand: no page has a button that saves."""

    class Media:
        css = {"all": ["xpayclient/admin.css"]}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """With its buttons."""
        row = self.get_object(request, object_id)
        more = {} if row is None else {"buttons": self.buttons(request, row), **self.more(request, row)}
        more["title"] = self.opts.verbose_name
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """By its own name: Django asks to choose one, in a Korean that nobody speaks."""
        return super().changelist_view(request, {"title": self.opts.verbose_name_plural, **(extra_context or {})})

    def buttons(self, request: HttpRequest, row: Any) -> list[dict[str, str]]:
        """What this user may do with it: a link, or an action of the list."""
        return []

    def more(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What else its page shows."""
        return {}

    def back(self, request: HttpRequest, row: models.Model) -> HttpResponse | None:
        """To the page that an action's button was on."""
        if "on_page" not in request.POST:
            return None
        return HttpResponseRedirect(
            reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        )


def short(at: Any) -> str:
    """A time on one line."""
    return date_format(localtime(at), "Y-m-d H:i") if at else "–"
