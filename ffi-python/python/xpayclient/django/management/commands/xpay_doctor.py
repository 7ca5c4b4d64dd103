"""``manage.py xpay_doctor``: checks everything that taking payments needs."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.core import checks
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from xpayclient import XPayError
from xpayclient.django import conf, databases, ledger, todo
from xpayclient.django.checks import TAG
from xpayclient.django.models import Payment, State


class Command(BaseCommand):
    """Changes nothing, at the gateway or here."""

    help = "Looks through settings, files, tables, the gateway and what is open. Changes nothing."
    requires_system_checks: list[str] = []

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Fails where something is to be done."""
        looks: list[tuple[str, Callable[[], list[str]]]] = [
            ("settings", self._settings),
            ("tables", self._tables),
            ("gateway", self._gateway),
            ("journal", self._journal),
            ("payments", self._payments),
        ]
        bad = 0
        for name, look in looks:
            try:
                found = look()
            except Exception as error:
                found = [str(error)]
            bad += len(found)
            self.stdout.write(f"{name}: {'; '.join(found) or 'ok'}")
        if bad:
            raise CommandError(f"{bad} to look at")

    def _settings(self) -> list[str]:
        return [str(message) for message in checks.run_checks(tags=[TAG])]

    def _tables(self) -> list[str]:
        executor = MigrationExecutor(connections[ledger.database()])
        plan = executor.migration_plan([key for key in executor.loader.graph.leaf_nodes() if key[0] == "xpayclient"])
        rules = databases.check_database(databases=[ledger.database()])
        return [*(f"not migrated: {migration}" for migration, _ in plan), *map(str, rules)]

    def _gateway(self) -> list[str]:
        try:
            answer = conf.client().ping()
        except XPayError as error:
            return [str(error)]
        return [] if answer.is_success else [f"{answer.code} {answer.message}"]

    def _journal(self) -> list[str]:
        conf.client().check_journal()
        waiting = [one for one in conf.client().open_transactions() if one.is_open]
        return [f"{one.tx_id} {one.txname} {one.detail}: run xpay_recover" for one in waiting]

    def _payments(self) -> list[str]:
        using = ledger.database()
        open_ones = Payment.objects.using(using).filter(state__in=(State.PAYING, State.DOUBT))
        now = timezone.now()
        back = {"back_at__gt": now - datetime.timedelta(days=7), "back_at__lt": now - datetime.timedelta(minutes=10)}
        awaited = Payment.objects.using(using).filter(state=State.READY, **back)
        refused = todo.notices().select_related("payment")
        named = "; ".join(f"{one.payment.oid} {one.flag}, {one.reason}" for one in refused)
        return [
            *(f"{one.oid} is {one.state}: run xpay_recover" for one in open_ones),
            *(f"{one.oid}: back from an app, and no notification came: look it up in the merchant admin" for one in awaited),
            *(
                f"{one.payment.oid}: refund of {one.amount} won in doubt: look it up in the merchant admin, then xpay_recover "
                f"--done or --not-done {one.tx_id}"
                for one in todo.cancels()
            ),
            *([f"{len(refused)} refused notices wait for somebody to acknowledge them in the admin: {named}"] if refused else []),
        ]
