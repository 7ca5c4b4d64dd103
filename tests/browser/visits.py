"""A browser at a shop, and a runner for a list of visits, each from the beginning."""

import sys
import traceback
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

BROWSER, WORKSHOP = sys.argv[1], Path(sys.argv[2])
DESKTOP, PHONE = {"width": 1100, "height": 850}, {"width": 390, "height": 800}


class Visit:
    """A separate browser whose errors are collected."""

    def __init__(self, browser, gateway, name, viewport=DESKTOP):
        self.gateway, self.name, self.shots = gateway.facts["web"], name, 0
        self.page = browser.new_context(viewport=viewport, locale="ko-KR").new_page()
        self.complaints = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self.hear)

    def hear(self, message):
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def heard(self):
        """All errors so far."""
        return self.complaints

    def shoot(self):
        self.shots += 1
        self.page.screenshot(path=WORKSHOP / f"{self.name}-{self.shots}.png", full_page=True)

    @property
    def window(self):
        return self.page.frame_locator("iframe#LGD_PAYWINDOW")

    def agree(self, where=None):
        (where or self.window).get_by_role("button", name="결제하기").click()


class ShopVisit(Visit):
    """At one of the sample shops, another site than the gateway."""

    def __init__(self, browser, gateway, store, name, viewport):
        super().__init__(browser, gateway, name, viewport)
        self.ask, self.home, self.store = gateway.ask, Path(gateway.home), store

    def heard(self):
        return super().heard() + self.store.complaints()

    def open(self, page):
        self.page.goto(f"{self.store.address}/{page}")
        self.fits()

    def press_pay(self):
        self.page.get_by_role("button", name="결제하기").click()

    def is_(self, state):
        expect(self.page.locator("#state")).to_have_attribute("data-state", state)
        self.fits()

    def fits(self):
        scrolled = self.page.evaluate("document.documentElement.scrollWidth")
        assert scrolled <= self.page.viewport_size["width"], f"{self.page.url} must not scroll sideways"

    def payment(self, oid):
        [payment] = [one for one in self.ask("/payments") if one["oid"] == oid]
        return payment

    def happens(self, event, oid, cas_noteurl):
        """A deposit or its reversal; the shop answers OK to the notification."""
        self.ask({"deposit": "/deposits", "taken back": "/deposits/cancel"}[event], {"tid": self.payment(oid)["tid"]})
        assert self.store.answered(cas_noteurl) == 200


def play(visits, visit_of):
    """Runs them all in Chromium, each with a visit from `visit_of(browser, name, viewport)`, and exits with the result."""
    failed = 0
    with sync_playwright() as playwright:
        # As root, as in containers and CI, Chromium starts only with this. It visits only our pages.
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        for test in visits:
            test, viewport = test if isinstance(test, tuple) else (test, DESKTOP)
            visit = visit_of(browser, test.__name__, viewport)
            try:
                test(visit)
                assert not visit.heard(), visit.heard()
                print(f"ok      {test.__name__}")
            except Exception:
                failed += 1
                visit.shoot()
                print(f"FAILED  {test.__name__}\n{traceback.format_exc()}")
        browser.close()
    print(f"{len(visits) - failed} passed, {failed} failed")
    sys.exit(failed > 0)
