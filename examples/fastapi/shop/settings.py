"""The settings, all from the environment."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from typing import Literal

SCRIPTS = {
    "test": "https://js.tosspayments.com/xpay_crossplatform/sandbox/v1",
    "service": "https://js.tosspayments.com/xpay_crossplatform/live/v1",
}


def _mode() -> Literal["test", "service"]:
    # Money moves on service: nothing but this word means it.
    return "service" if os.environ.get("XPAY_MODE", "test") == "service" else "test"


@dataclass(frozen=True)
class Settings:
    home: str = field(default_factory=lambda: os.environ["XPAY_HOME"])
    """The directory of conf/mall.conf and conf/lgdacom.conf."""
    cst_mid: str = field(default_factory=lambda: os.environ["XPAY_CST_MID"])
    mode: Literal["test", "service"] = field(default_factory=_mode)
    url: str = field(default_factory=lambda: os.environ.get("SHOP_URL", "").rstrip("/"))
    """Where buyers and the gateway reach this shop, as https://shop.example. Empty, for tests: as each request called it."""
    database: str = field(default_factory=lambda: os.environ["SHOP_DATABASE"])
    notice_addresses: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = field(
        default_factory=lambda: [ipaddress.ip_network(one) for one in os.environ.get("XPAY_NOTICE_ADDRESSES", "").split()]
    )
    """Networks of the gateway, as 192.0.2.0/24. Notifications from elsewhere are refused; empty, they may come from anywhere."""
    window_script: str = field(default_factory=lambda: os.environ.get("XPAY_WINDOW_JS") or SCRIPTS[_mode()])

    def __post_init__(self) -> None:
        if self.mode == "service" and not self.url.startswith("https://"):
            raise ValueError("SHOP_URL must be https://… on service: behind a proxy a request does not tell where the shop is")

    def is_gateways(self, address: str) -> bool:
        """Whether a notification may come from there. Behind a proxy, let uvicorn know it: --forwarded-allow-ips."""
        return not self.notice_addresses or any(ipaddress.ip_address(address) in one for one in self.notice_addresses)

    @property
    def mid(self) -> str:
        """LGD_MID."""
        return ("t" if self.mode == "test" else "") + self.cst_mid
