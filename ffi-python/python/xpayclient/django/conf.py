"""The settings, all of them in the dict XPAY of the project's settings, and the client that they make."""

from __future__ import annotations

import functools
import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from xpayclient import XPayClient

PLATFORMS = ("test", "service")

# Where the gateway's scripts are: the payment window's, and the receipts'.
SCRIPTS = {
    "test": (
        "https://js.tosspayments.com/xpay_crossplatform/sandbox/v1",
        "https://pgweb.tosspayments.com:7085/WEB_SERVER/js/receipt_link.js",
    ),
    "service": (
        "https://js.tosspayments.com/xpay_crossplatform/live/v1",
        "https://pgweb.tosspayments.com/WEB_SERVER/js/receipt_link.js",
    ),
}


@dataclass(frozen=True)
class Settings:
    """XPAY, each by its name in capitals: ``XPAY = {"HOME_DIR": …, "CST_MID": …}``."""

    home_dir: str = ""
    """The directory of ``conf/mall.conf`` and ``conf/lgdacom.conf``."""
    cst_mid: str = ""
    """The contracted merchant ID. LGD_MID is made of it: on the test platform it begins with a ``t``."""
    platform: Literal["test", "service"] = "test"
    """``test``, or ``service``, where money moves."""
    base_url: str = ""
    """``https://shop.example``: where buyers and the gateway reach this site. Empty: as each request called it."""
    require_signed_return: bool = True
    """Whether the window's return has to be signed. A wrong signature is refused in any case."""
    notice_addresses: Sequence[str] = ()
    """Networks, as ``192.0.2.0/24``, from which notifications are accepted. Empty: deposits from anywhere, payments in an app not at all."""
    window_type: str = "iframe"
    """LGD_WINDOW_TYPE: ``iframe`` or ``submit``; with `notice_addresses` always ``submit`` on phones."""
    window_script: str = ""
    """The payment window's script; the gateway's own where it is empty."""
    receipt_script: str = ""
    """The receipts' script; the gateway's own where it is empty."""
    account_days: int = 3
    """How many days a virtual account waits for its deposit (LGD_CLOSEDATE)."""
    stale_after: int = 300
    """After how many seconds ``xpay_recover`` assumes that the process of a payment on another host is dead."""
    shop_name: str = ""
    """The shop's name on cash receipts."""
    ceo_name: str = ""
    """The representative's name on cash receipts."""
    shop_phone: str = ""
    """The shop's telephone on cash receipts."""
    business_number: str = ""
    """LGD_CUSTOM_BUSINESSNUM, without which no cash receipt is issued."""

    @property
    def mid(self) -> str:
        """LGD_MID."""
        return ("t" if self.platform == "test" else "") + self.cst_mid

    @property
    def scripts(self) -> tuple[str, str]:
        """The payment window's script and the receipts'."""
        window, receipt = SCRIPTS.get(self.platform, SCRIPTS["test"])
        return self.window_script or window, self.receipt_script or receipt


NAMES = {field.name.upper() for field in fields(Settings)}


@functools.cache
def current() -> Settings:
    """The settings; `ImproperlyConfigured` where a name is unknown."""
    given: dict[str, Any] = getattr(project, "XPAY", {})
    unknown = sorted(set(given) - NAMES)
    if unknown:
        raise ImproperlyConfigured(f"XPAY knows no {', '.join(unknown)}; it knows {', '.join(sorted(NAMES))}")
    values: dict[str, Any] = {name.lower(): value for name, value in given.items()}
    values["home_dir"] = os.fspath(values.get("home_dir", ""))
    return Settings(**values)


@functools.cache
def networks() -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """NOTICE_ADDRESSES; ValueError where one is none."""
    return tuple(map(ipaddress.ip_network, current().notice_addresses))


def is_gateways(address: str) -> bool:
    """Whether a request from this address may be the gateway's."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    # A socket for both families writes an address of IPv4 as one of IPv6.
    mapped = getattr(known, "ipv4_mapped", None)
    return any((mapped or known) in network for network in networks())


@functools.cache
def client() -> XPayClient:
    """The process's one client; any thread may use it. `ConfigError` where home_dir is not as it should be."""
    settings = current()
    return XPayClient(settings.home_dir, settings.platform, mid=settings.mid)


def _forget(*, setting: str, **_: object) -> None:
    if setting == "XPAY":
        current.cache_clear()
        networks.cache_clear()
        client.cache_clear()


# Tests override settings.
setting_changed.connect(_forget)
