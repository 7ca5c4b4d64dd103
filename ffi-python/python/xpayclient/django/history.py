"""Django's own history of the admin: who gave money back, issued, acknowledged, decided or gave up what."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model


def write(user: Any, row: Model, message: str) -> None:
    """Adds a line to the row's history. Without Django's admin there is none."""
    if not apps.is_installed("django.contrib.admin"):
        return
    from django.contrib.admin.models import CHANGE, LogEntry

    LogEntry.objects.log_actions(user.pk, [row], CHANGE, message, single_object=True)
