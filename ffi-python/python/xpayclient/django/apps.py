"""The app as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class XPayConfig(AppConfig):
    """Tables, permissions, templates and URLs are named ``xpayclient``."""

    name = "xpayclient.django"
    label = "xpayclient"
    verbose_name = _("Payments (XPay)")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the system checks."""
        from . import checks, databases  # noqa: F401
