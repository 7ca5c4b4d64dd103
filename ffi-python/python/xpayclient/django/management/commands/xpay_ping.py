"""``manage.py xpay_ping``: whether the gateway answers this shop."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from xpayclient import XPayError
from xpayclient.django import conf


class Command(BaseCommand):
    """Asks the gateway for a Ping. No money moves."""

    help = "Asks the gateway whether it answers this shop; no money moves."

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Fails where it does not answer."""
        settings = conf.current()
        try:
            answer = conf.client().ping()
        except XPayError as error:
            raise CommandError(str(error)) from None
        if not answer.is_success:
            raise CommandError(f"{answer.code} {answer.message}")
        self.stdout.write(f"{settings.platform} {settings.mid}: {answer.code} {answer.message}")
