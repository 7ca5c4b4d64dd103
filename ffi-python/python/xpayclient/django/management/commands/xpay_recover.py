"""``manage.py xpay_recover``: settles what dead processes and broken lines left open. For a timer, every minute."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from xpayclient import XPayError
from xpayclient.django import recovery
from xpayclient.django.models import Transaction
from xpayclient.django.wording import won


class Command(BaseCommand):
    """Undoes at the gateway what the database does not know as approved, and leaves alone what it does."""

    help = (
        "Settles payments and cancels whose process died or whose answer never came, and says what it did; -v 0 says nothing. "
        "Exit code 0: nothing is left. 3: something is left. 1: it could not be done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What a person decided who has looked it up in the merchant admin."""
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--done", metavar="LGD_TXID", help="this cancel was done")
        undone = "this cancel was not done; or this payment, which the gateway called a repetition, is not paid"
        chosen.add_argument("--not-done", metavar="LGD_TXID", help=undone)
        parser.add_argument("--json", action="store_true", help="say it as one JSON object, for programs")

    def handle(self, *arguments: Any, **options: Any) -> None:
        """One round, or a decision."""
        tx_id = options["done"] or options["not_done"]
        try:
            if tx_id:
                self._decide(tx_id, bool(options["done"]), options)
                return
            report = recovery.recover()
        except Transaction.DoesNotExist:
            raise CommandError(_("There is nothing open to decide of %s.") % tx_id) from None
        except XPayError as error:
            raise CommandError(str(error)) from None
        self._say(dataclasses.asdict(report), list(report.sentences()), options)
        if report.open:
            sys.exit(3)

    def _decide(self, tx_id: str, is_done: bool, options: dict[str, Any]) -> None:
        entry = recovery.decide(tx_id, is_done=is_done)
        known = {"oid": entry.payment.oid, "amount": won(entry.amount)}
        if is_done:
            said = _("%(oid)s: recorded that %(amount)s was given back.")
        elif entry.kind == Transaction.Kind.PAY:
            said = _("%(oid)s: recorded that it is not paid. The order may be paid again.")
        else:
            said = _("%(oid)s: recorded that %(amount)s was not given back.")
        facts = {"oid": entry.payment.oid, "tx_id": tx_id, "amount": entry.amount, "done": is_done}
        self._say(facts, [said % known], options)

    def _say(self, facts: dict[str, Any], sentences: list[str], options: dict[str, Any]) -> None:
        if options["verbosity"] == 0:
            return
        for line in [json.dumps(facts, ensure_ascii=False)] if options["json"] else sentences:
            self.stdout.write(line)
