"""Settings and their checks, commands, migrations, translations."""

import gettext
import io
import re
from pathlib import Path

import pytest
import xpayclient.django
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation
from xpayclient import UsageError
from xpayclient.django import conf, recovery
from xpayclient.django.models import Transaction

APP = Path(xpayclient.django.__file__).parent


def found():
    return [message.id for message in run_checks(tags=["xpay"])]


def test_a_project_that_is_right(settings):
    assert found() == []
    call_command("check", "--deploy", "--tag", "xpay")


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"COLOUR": "red"}, "xpay.E001"),
        ({"PLATFORM": "live"}, "xpay.E002"),
        ({"PLATFORM": "Test"}, "xpay.E002"),
        ({"CST_MID": ""}, "xpay.E003"),
        ({"WINDOW_TYPE": "popup"}, "xpay.E004"),
        ({"HOME_DIR": ""}, "xpay.E005"),
        ({"REQUIRE_SIGNED_RETURN": False}, "xpay.W018"),
        ({"NOTICE_ADDRESSES": ["the gateway"]}, "xpay.E019"),
        ({"HOME_DIR": "/nowhere"}, "xpay.E006"),
        ({"CST_MID": "nobody"}, "xpay.E007"),
        ({"PLATFORM": "service", "NOTICE_ADDRESSES": ["192.0.2.1", "127.0.0.0/8"]}, "xpay.W020"),
        ({"PLATFORM": "service"}, "xpay.E011"),
        ({"PLATFORM": "service", "BASE_URL": "http://shop.example"}, "xpay.E012"),
        ({"BASE_URL": "http://shop.example"}, "xpay.W013"),
    ],
)
def test_a_setting_that_is_wrong(settings, changes, wanted):
    settings.XPAY = settings.XPAY | changes
    assert wanted in found()


def test_no_secret_is_below_what_is_given_out(settings):
    home = Path(settings.XPAY["HOME_DIR"])
    for name, value in (("STATIC_ROOT", home.parent), ("MEDIA_ROOT", str(home)), ("STATICFILES_DIRS", [("x", home)])):
        before = getattr(settings, name)
        setattr(settings, name, value)
        assert "xpay.E008" in found(), name
        setattr(settings, name, before)
    # The log alone, beside it.
    settings.MEDIA_ROOT = conf.client().config["log_dir"]
    assert "xpay.E008" in found()


def test_an_address_of_either_family_is_known(settings):
    settings.XPAY = settings.XPAY | {"NOTICE_ADDRESSES": ["192.0.2.0/24", "2001:db8::/32"]}
    assert all(map(conf.is_gateways, ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1"]))
    assert not any(map(conf.is_gateways, ["192.0.3.7", "::ffff:192.0.3.7", "2001:db9::1", "", "unix:"]))


def test_money_and_debug(settings):
    settings.DEBUG = True
    settings.XPAY = settings.XPAY | {"PLATFORM": "service", "BASE_URL": "https://shop.example"}
    assert "xpay.W014" in found()
    settings.DEBUG = False
    assert "xpay.W014" not in found()


def test_what_it_needs_of_the_project(settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "sessions" not in name]
    settings.SESSION_COOKIE_SAMESITE = "None"
    assert {"xpay.E016", "xpay.W017"} <= set(found())


def test_no_secret_is_in_a_message(settings):
    secret = conf.client().config["tlgdacomxpay"]
    for platform in ("test", "live"):
        settings.XPAY = settings.XPAY | {"CST_MID": "nobody", "PLATFORM": platform}
        assert secret not in str(run_checks(tags=["xpay"]))


def test_a_misspelt_platform_takes_no_payment(settings):
    """Not every project is checked before it serves."""
    settings.XPAY = settings.XPAY | {"PLATFORM": "TEST"}
    assert [name for name in found() if name < "xpay.E010"] == ["xpay.E002"]
    with pytest.raises(UsageError, match="mode"):
        conf.client()


def test_migrations_are_complete():
    call_command("makemigrations", "--check", "--dry-run")


def said(command, **options):
    out = io.StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_ping(gateway):
    assert said("xpay_ping").startswith("test tlgdacomxpay: 0000")
    gateway.fail("before:close")
    with pytest.raises(CommandError, match="20008"):
        said("xpay_ping")


def test_the_doctor(gateway, settings):
    text = said("xpay_doctor")
    for name in ("settings", "tables", "gateway", "journal", "payments"):
        assert f"{name}: ok" in text
    settings.XPAY = settings.XPAY | {"CST_MID": "nobody"}
    with pytest.raises(CommandError, match="to look at"):
        said("xpay_doctor")


def test_recover_has_nothing_to_do():
    assert said("xpay_recover") == ""
    with pytest.raises(CommandError, match="nothing open to decide"):
        said("xpay_recover", done="no such transaction")


def test_an_outcome_that_is_not_known_is_open(buyer, order):
    """As one that a process of an older version wrote after the migration."""
    payment = buyer.buy(order)
    payment.transactions.update(kind=Transaction.Kind.CANCEL, outcome="in doubt")
    report = recovery.recover()
    assert payment.oid in report.open[0]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_translations_are_complete(language):
    catalog = gettext.translation("django", APP / "locale", [language])._catalog
    source = (APP / f"locale/{language}/LC_MESSAGES/django.po").read_text("utf-8")
    assert "#, fuzzy" not in source and not re.search(r'^msgstr ""\n(?!")', source.split("\n\n", 1)[1], re.MULTILINE)
    for message, plural in marked():
        assert catalog.get(message) or catalog.get((message, 0)), f"{language}: {message}"
        assert plural is None or catalog[(message, 0)]
    if language == "ko":
        untranslated = [key for key, text in catalog.items() if key and text.isascii() and "XPay" not in text]
        assert untranslated == []


def marked():
    """Every text of the app that is marked for translation."""
    in_python = r'\b(?:gettext|_)\(\s*(?:"([^"\\]+)"|\'([^\'\\]+)\')\s*\)'
    in_templates = r"{% translate ([\"'])(.+?)\1"
    for file in APP.rglob("*.py"):
        for double, single in re.findall(in_python, file.read_text("utf-8")):
            yield double or single, None
    for file in APP.rglob("*.html"):
        for _, text in re.findall(in_templates, file.read_text("utf-8")):
            yield text, None


def test_the_buyer_reads_her_own_language(buyer, order):
    url = buyer.begin(order).get_absolute_url()
    for language, words in (("ko", "결제하기"), ("en", ">Pay<")):
        assert words in buyer.get(url, headers={"accept-language": language}).text
    with translation.override("en"):
        assert Client().get("/xpay/nobody-s/").status_code == 404
