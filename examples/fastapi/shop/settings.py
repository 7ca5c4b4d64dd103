"""The settings, all from the environment."""

from __future__ import annotations

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
    url: str = field(default_factory=lambda: os.environ["SHOP_URL"].rstrip("/"))
    """Where buyers and the gateway reach this shop, as https://shop.example. Behind a proxy a request does not tell."""
    database: str = field(default_factory=lambda: os.environ["SHOP_DATABASE"])
    window_script: str = field(default_factory=lambda: os.environ.get("XPAY_WINDOW_JS") or SCRIPTS[_mode()])

    @property
    def mid(self) -> str:
        """LGD_MID."""
        return ("t" if self.mode == "test" else "") + self.cst_mid
