"""``manage.py xpay_recover``: settles what dead processes and broken lines left open. For a timer, every minute."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from xpayclient import XPayError
from xpayclient.django import recovery
from xpayclient.django.models import Transaction


class Command(BaseCommand):
    """Undoes at the gateway what the database does not know as approved, and leaves alone what it does."""

    help = "Settles payments and cancels whose process died or whose answer never came. Exit code 3: something is left."

    def add_arguments(self, parser: CommandParser) -> None:
        """What a person decided who has looked it up in the merchant admin."""
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--done", metavar="LGD_TXID", help="this cancel was done")
        undone = "this cancel was not done; or this payment, which the gateway called a repetition, is not paid"
        chosen.add_argument("--not-done", metavar="LGD_TXID", help=undone)

    def handle(self, *arguments: Any, **options: Any) -> None:
        """One round."""
        tx_id = options["done"] or options["not_done"]
        try:
            if tx_id:
                recovery.decide(tx_id, is_done=bool(options["done"]))
                return
            report = recovery.recover()
        except Transaction.DoesNotExist:
            raise CommandError(f"there is nothing open to decide of {tx_id}") from None
        except XPayError as error:
            raise CommandError(str(error)) from None
        for name in ("undone", "booked", "closed", "open"):
            for line in getattr(report, name):
                self.stdout.write(f"{name}: {line}")
        if report.open:
            sys.exit(3)
