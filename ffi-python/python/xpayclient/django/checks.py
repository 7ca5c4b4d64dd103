"""System checks, which `manage.py check` runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Union

from django.conf import settings as project
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.translation import gettext as _

from xpayclient import XPayError

from . import conf, surroundings

TAG = "xpay"


@register(TAG)
def check_settings(app_configs: Any, **_more: object) -> list[CheckMessage]:
    """XPAY, the files that it names, and what it needs of the project."""
    if not getattr(project, "XPAY", None):
        return [
            Error(
                _("XPAY is missing in the project's settings."),
                hint=_("Add XPAY = {…} with HOME_DIR, CST_MID and PLATFORM."),
                id="xpay.E022",
            )
        ]
    try:
        settings = conf.current()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="xpay.E001")]
    return [*_names(settings), *_files(settings), *_address(settings), *surroundings.found()]


def _names(settings: conf.Settings) -> Iterator[CheckMessage]:
    if settings.platform not in conf.PLATFORMS:
        yield Error(_("XPAY['PLATFORM'] is test or service, not %r.") % settings.platform, id="xpay.E002")
    if not settings.cst_mid:
        yield Error(_("XPAY['CST_MID'] is missing: the contracted merchant ID."), id="xpay.E003")
    try:
        conf.networks()
    except ValueError as error:
        yield Error(_("XPAY['NOTICE_ADDRESSES'] is a list of networks: %s") % error, id="xpay.E019")
    else:
        if settings.platform == "service" and any(network.is_loopback for network in conf.networks()):
            yield Warning(
                _("XPAY['NOTICE_ADDRESSES'] names this machine: behind a proxy, anybody's notifications are accepted."),
                id="xpay.W020",
            )
    if not settings.require_signed_return:
        yield Warning(_("XPAY['REQUIRE_SIGNED_RETURN'] is off: a return without a signature is accepted."), id="xpay.W018")
    if settings.window_type not in ("iframe", "submit"):
        yield Error(_("XPAY['WINDOW_TYPE'] is iframe or submit, not %r.") % settings.window_type, id="xpay.E004")


def _files(settings: conf.Settings) -> Iterator[CheckMessage]:
    if not settings.home_dir:
        yield Error(_("XPAY['HOME_DIR'] is missing: the directory of conf/mall.conf."), id="xpay.E005")
        return
    if settings.platform not in conf.PLATFORMS:
        # Reported already, and there is no client for it.
        return
    try:
        config = conf.client().config
    except XPayError as error:
        yield Error(str(error), id="xpay.E006")
        return
    if settings.cst_mid and not any(config.get(name) for name in (settings.mid, f"MID_{settings.mid}")):
        yield Error(
            _("conf/mall.conf has no MertKey for %s.") % settings.mid,
            hint=_("Write %s = MertKey into it, as the merchant admin shows it.") % settings.mid,
            id="xpay.E007",
        )
    log_dir = config.get("log_dir")
    private = {
        "HOME_DIR": settings.home_dir,
        # Standard error is no directory.
        "log_dir": None if log_dir == "-" else log_dir,
        "journal_dir": config.get("journal_dir"),
    }
    for name, directory in private.items():
        for public in _public():
            if directory and _is_below(settings.home_dir, directory, public):
                yield Error(
                    _("%(name)s is below %(public)s, which the web server serves.") % {"name": name, "public": public},
                    id="xpay.E008",
                )
    if settings.platform == "service" and config.get("journal") in ("", "0", "off"):
        yield Warning(_("The journal is off: an approval whose process dies is lost."), id="xpay.W009")


def _public() -> Iterator[Path]:
    """Directories that the web server serves."""
    named = [project.STATIC_ROOT, project.MEDIA_ROOT, *project.STATICFILES_DIRS]
    for one in named:
        directory = one[1] if isinstance(one, (tuple, list)) else one
        if directory:
            yield Path(directory).resolve()


def _is_below(home: str, directory: Union[str, Path], public: Path) -> bool:
    return (Path(home) / directory).resolve().is_relative_to(public)


def _address(settings: conf.Settings) -> Iterator[CheckMessage]:
    missing = list(surroundings.included())
    if missing:
        yield from missing
        return
    is_service, address = settings.platform == "service", settings.base_url + reverse("xpay:returnurl")
    if is_service and not settings.base_url:
        yield Error(
            _("XPAY['BASE_URL'] is missing: service needs a fixed LGD_RETURNURL."),
            id="xpay.E011",
        )
    elif is_service and not address.startswith("https://"):
        yield Error(_("LGD_RETURNURL is not https: %s") % address, id="xpay.E012")
    elif settings.base_url and not address.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        yield Warning(_("LGD_RETURNURL is not https: %s") % address, id="xpay.W013")
    if is_service and project.DEBUG:
        yield Warning(_("DEBUG is on with live payments."), id="xpay.W014")
