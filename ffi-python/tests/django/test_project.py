"""Settings and their checks, commands, migrations, translations."""

import gettext
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import xpayclient.django
from django.contrib.messages.middleware import MessageMiddleware
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import include, path
from django.utils import translation
from xpayclient import UsageError
from xpayclient.django import conf, recovery, urls
from xpayclient.django.models import Transaction

APP = Path(xpayclient.django.__file__).parent


def found():
    return [message.id for message in run_checks(tags=["xpay"])]


def test_a_project_that_is_right(settings):
    assert found() == []
    call_command("check", "--deploy", "--tag", "xpay")


def test_windows_has_all_that_an_import_needs():
    """The app and its commands."""
    program = Path(__file__).parent.with_name("on_windows.py")
    said = subprocess.run([sys.executable, program], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    assert {"xpayclient.django.views", "xpayclient.django.management.commands.xpay_recover"} <= set(said.split())


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


def test_standard_error_is_no_directory(settings, tmp_path):
    shutil.copytree(Path(settings.XPAY["HOME_DIR"]) / "conf", tmp_path / "conf")
    with (tmp_path / "conf/mall.conf").open("a") as mall:
        mall.write("\nlog_dir = -\n")
    settings.XPAY = settings.XPAY | {"HOME_DIR": str(tmp_path)}
    settings.MEDIA_ROOT = str(tmp_path / "-")
    assert "xpay.E008" not in found()


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


def test_a_project_without_xpay_has_one_message(settings):
    for nothing in ({}, None):
        settings.XPAY = nothing
        assert found() == ["xpay.E022"]
    del settings.XPAY
    assert found() == ["xpay.E022"]


def test_the_urls_have_to_be_included_under_their_own_name(settings):
    for patterns, wanted in (
        ([], ["xpay.E010"]),
        ([path("pay/", include((urls.urlpatterns, "payments")))], ["xpay.E028"]),
        ([path("shop/", include(([path("pay/", include("xpayclient.django.urls"))], "shop")))], ["xpay.E028"]),
        # Another name of the instance alone: `reverse` finds it by the app's.
        ([path("pay/", include("xpayclient.django.urls", namespace="payments"))], []),
    ):
        # Django remembers the URLs of each module.
        settings.ROOT_URLCONF = ModuleType("urls")
        settings.ROOT_URLCONF.urlpatterns = [*patterns, path("login/", list, name="login")]
        assert found() == wanted


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("LOGIN_URL", "/accounts/login/", "xpay.W023"),
        ("LOGIN_URL", "no-such-name", "xpay.W023"),
        ("LOGIN_URL", "admin:login", None),
        ("LOGIN_URL", "/login/", None),
        ("LOGIN_URL", "https://login.shop.example/", None),
    ],
)
def test_where_somebody_logs_in(settings, name, value, wanted):
    settings.LOGIN_URL = value
    assert found() == ([wanted] if wanted else [])


class OwnMessages(MessageMiddleware):
    """One that a shop made of Django's."""


@pytest.mark.parametrize("which", ["AuthenticationMiddleware", "MessageMiddleware"])
def test_middleware_that_is_missing(settings, which):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith(which)]
    assert found() == ["xpay.W024"]
    if which == "MessageMiddleware":
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.OwnMessages", "no.such.Middleware"]
        assert found() == []


def test_templates_that_are_not_found(settings):
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "APP_DIRS": False}]
    assert found() == ["xpay.E026"]


@pytest.mark.parametrize("which", ["request", "messages"])
def test_a_context_processor_that_is_missing(settings, which):
    [templates] = settings.TEMPLATES
    left = [name for name in templates["OPTIONS"]["context_processors"] if not name.endswith(which)]
    settings.TEMPLATES = [{**templates, "OPTIONS": {"context_processors": left}}]
    assert found() == ["xpay.W027"]


def test_templates_of_an_app_that_comes_too_late(settings):
    settings.INSTALLED_APPS = sorted(settings.INSTALLED_APPS, key="shop".__eq__)
    assert found() == ["xpay.W029"]


@pytest.mark.parametrize("named", [["xpayclient"], ["xpayclient", "xpayclient.django"], ["xpayclient.django", "xpayclient"]])
def test_the_library_is_not_the_app(tmp_path, named):
    """Said before a table is made."""
    (tmp_path / "wrong.py").write_text(
        f"""
from shop.settings import *
DATABASES["default"]["NAME"] = {str(connection.settings_dict["NAME"])!r}
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "xpayclient.django"] + {named}
"""
    )
    variables = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ["PYTHONPATH"]])}
    for command in ("check", "migrate"):
        call = [sys.executable, "-m", "django", command, "--settings=wrong"]
        done = subprocess.run(call, env=variables, stderr=subprocess.PIPE, encoding="utf-8", timeout=60)
        assert done.returncode == 1
        assert '(xpay.E021) INSTALLED_APPS has "xpayclient"' in done.stderr
        assert "Traceback" not in done.stderr


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
    assert said("xpay_recover") == "미결 거래가 없습니다.\n"
    assert said("xpay_recover", verbosity=0) == ""
    assert json.loads(said("xpay_recover", json=True))["open"] == []
    with translation.override("en"):
        assert said("xpay_recover") == "Nothing was open.\n"
        with pytest.raises(CommandError, match="nothing open to decide"):
            said("xpay_recover", done="no such transaction")


def test_an_outcome_that_is_not_known_is_open(buyer, order):
    """As one that a process of an older version wrote after the migration."""
    payment = buyer.buy(order)
    payment.transactions.update(kind=Transaction.Kind.CANCEL, outcome="in doubt")
    report = recovery.recover()
    assert [(one.kind, one.oid) for one in report.open] == [("cancel", payment.oid)]


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
