"""What somebody in a browser does at every shop. A visit fails if the browser or the shop reports an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, FrameLocator, Page, ViewportSize, expect

import sandbox
import shop
from tests import kit

DESKTOP, PHONE = ViewportSize(width=1100, height=850), ViewportSize(width=390, height=800)
on_a_phone = pytest.mark.parametrize("viewport", [PHONE], ids=["phone"])


class Visit:
    """A page whose errors are collected."""

    def __init__(self, page: Page, directory: Path, gateway: sandbox.Sandbox) -> None:
        self.page, self.picture, self.gateway = page, directory / "page.png", gateway.facts["web"]
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self.hear)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    @property
    def window(self) -> FrameLocator:
        return self.page.frame_locator("iframe#LGD_PAYWINDOW")

    def window_takes_keys(self) -> None:
        """Waits until a key that is pressed is the window's: another site's page learns later than the shop's that it has the focus."""
        expect(self.page.locator("#LGD_PAYWINDOW")).to_be_focused()
        frame = self.page.frame("LGD_PAYWINDOW")
        assert frame
        # wait_for_function would ask within the page, whose policy forbids what it is asked with.
        kit.until(lambda: frame.evaluate("document.hasFocus()"))

    def turn_to(self, tab: Page) -> None:
        """Another of the browser's tabs. One that nobody looks at is not painted, and a click there may be lost."""
        self.page = tab
        tab.bring_to_front()

    def press_pay(self) -> None:
        self.page.get_by_role("button", name="결제하기").click()

    def agree(self, where: Page | None = None) -> None:
        (where or self.window).get_by_role("button", name="결제하기").click()

    def cancel_and_agree(self) -> None:
        """Cancels in the window, which the shop's page tells; opens it again and agrees."""
        self.window.get_by_role("button", name="취소").click()
        expect(self.page.get_by_role("alert")).to_contain_text("S053")
        expect(self.page.locator("iframe")).to_have_count(0)
        self.press_pay()
        self.agree()

    def fits(self) -> None:
        """A page that is not loaded yet may have its text, and not its style sheet."""
        self.page.wait_for_load_state()
        size = self.page.viewport_size
        assert size
        scrolled = self.page.evaluate("document.documentElement.scrollWidth")
        assert scrolled <= size["width"], f"{self.page.url} must not scroll sideways"


class ShopVisit(Visit):
    """At one of the sample shops, another site than the gateway."""

    CAS_NOTEURL: str

    def __init__(self, page: Page, directory: Path, gateway: sandbox.Sandbox, store: shop.Shop) -> None:
        super().__init__(page, directory, gateway)
        self.ask, self.home, self.store = gateway.ask, Path(gateway.home), store

    def open(self, page: str) -> None:
        self.page.goto(f"{self.store.address}/{page}")
        self.fits()

    def is_(self, state: str) -> None:
        expect(self.page.locator("#state")).to_have_attribute("data-state", state)
        self.fits()

    def payment(self, oid: str) -> Any:
        [payment] = [one for one in self.ask("/payments") if one["oid"] == oid]
        return payment

    def admin(self, oid: str) -> None:
        """The gateway's page of the payment."""
        self.page.goto(f"{self.gateway}/admin/payments/{self.payment(oid)['tid']}")

    def noticed(self) -> None:
        """The shop answers OK to the next notification."""
        assert self.store.answered(self.CAS_NOTEURL) == 200

    def happens(self, event: str, oid: str) -> None:
        """A deposit or its reversal, and its notification."""
        self.ask({"deposit": "/deposits", "taken back": "/deposits/cancel"}[event], {"tid": self.payment(oid)["tid"]})
        self.noticed()

    def notes(self, event: str, oid: str) -> None:
        """Lets it happen, and shows the order as it is then: each shop has a page for that."""
        raise NotImplementedError

    def deposit_comes_and_goes(self, oid: str) -> None:
        """A deposit, its reversal and another deposit, each of which the shop's page shows and the gateway has delivered."""
        for event, state in [("deposit", "paid"), ("taken back", "waiting"), ("deposit", "paid")]:
            self.notes(event, oid)
            self.is_(state)
        self.admin(oid)
        expect(self.page.locator(".delivery")).to_have_text(["전달 delivered"] * 4)
