"""What the app asks of a database, and what it gets by with: no tables of time zones, no USE_TZ."""

import datetime
import io
from types import SimpleNamespace

import pytest
from conftest import fresh, tell
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.models import UniqueConstraint
from django.urls import reverse
from django.utils import timezone
from xpayclient.django import databases, ledger
from xpayclient.django.models import Payment, State


def found():
    return [message.id for message in databases.check_database(databases=["default"])]


def test_a_database_as_it_has_to_be():
    assert found() == [] and databases.check_database() == databases.check_database(databases=["another"]) == []
    call_command("check", "--database", "default")


def test_a_rule_that_is_gone_is_named(monkeypatch):
    rule = UniqueConstraint(fields=["receipt"], name="xpay_rule_that_is_gone")
    monkeypatch.setattr(Payment._meta, "constraints", [*Payment._meta.constraints, rule])
    (message,) = databases.check_database(databases=["default"])
    assert message.id == "xpay.E036" and rule.name in message.msg and "xpayclient_payment" in message.msg
    with pytest.raises(CommandError, match="1 to look at"):
        call_command("xpay_doctor", stdout=io.StringIO())


def test_a_database_that_lacks_something_is_refused():
    features = dict.fromkeys(databases._NEEDED, True)
    for lacking in features:
        old = SimpleNamespace(vendor="mysql", display_name="MySQL", features=SimpleNamespace(**features | {lacking: False}))
        (message,) = databases._abilities(old)
        assert message.id == "xpay.E031" and lacking in message.msg
    other = SimpleNamespace(vendor="oracle", display_name="Oracle", features=SimpleNamespace(**features))
    assert [message.id for message in databases._abilities(other)] == ["xpay.W030"]


of_mysql = pytest.mark.skipif(connection.vendor != "mysql", reason="only MariaDB and MySQL can be so")


def run(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@of_mysql
def test_a_mode_that_cuts_off():
    connection = connections["default"]
    options = connection.settings_dict["OPTIONS"]

    def anew():
        connection.close()
        for known in ("mysql_server_data", "sql_mode"):
            vars(connection).pop(known, None)
        return found()

    try:
        options["init_command"] = "SET sql_mode = ''"
        assert anew() == ["xpay.E032"]
    finally:
        del options["init_command"]
        assert anew() == []


@of_mysql
def test_tables_without_transactions():
    try:
        run("DROP TABLE xpayclient_delivery", "CREATE TABLE xpayclient_delivery (id bigint PRIMARY KEY) ENGINE=MyISAM")
        (message,) = databases.check_database(databases=["default"])
        assert message.id == "xpay.E033" and "xpayclient_delivery" in message.hint
    finally:
        call_command("migrate", "xpayclient", "0005", verbosity=0)
        call_command("migrate", verbosity=0)
    assert found() == []


@of_mysql
def test_tables_that_cannot_store_korean_or_that_ignore_case():
    convert = "ALTER TABLE xpayclient_notice CONVERT TO CHARACTER SET "
    try:
        for charset, wanted in (("latin1", "E035"), ("utf8mb3", "W034")):
            run(convert + charset)
            assert found() == [f"xpay.{wanted}", "xpay.E037"]
    finally:
        # As the hint says.
        call_command("migrate", "xpayclient", "0006", verbosity=0)
        run(convert + "utf8mb4")
        call_command("migrate", verbosity=0)
    assert found() == []


def test_the_admin_needs_no_table_of_time_zones(client, buyer, order):
    payment = buyer.buy(order)
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT CONVERT_TZ('2026-01-01', 'UTC', 'Asia/Seoul')")
            assert cursor.fetchone() == (None,)
    client.force_login(User.objects.create_superuser("merchant", password="secret"))
    for name in ("payment", "keptcard"):
        assert client.get(reverse(f"admin:xpayclient_{name}_changelist")).status_code == 200
    since = {"created_at__gte": (timezone.now() - datetime.timedelta(days=1)).isoformat()}
    listed = client.get(reverse("admin:xpayclient_payment_changelist"), since)
    assert listed.status_code == 200 and payment.oid in listed.text
    assert client.get(reverse("admin:xpayclient_payment_change", args=[payment.pk])).status_code == 200


def test_a_project_without_time_zones(settings, buyer, gateway, order, notice):
    settings.USE_TZ = False
    payment = buyer.buy(order, "account")
    assert payment.state == State.WAITING and timezone.is_naive(payment.pay_by)
    assert tell(notice(payment)).content == b"OK"
    # LGD_PAYDATE is Korean time, as TIME_ZONE is.
    assert fresh(payment).paid_at == datetime.datetime(2026, 11, 23, 12)
    assert ledger.moment(None) is None


def test_a_card_without_time_zones(settings, buyer, order):
    settings.USE_TZ = False
    payment = buyer.buy(order)
    assert payment.state == State.PAID and timezone.is_naive(payment.paid_at)
