"""Pages of the browser. A visit that fails leaves a picture of its page.

XPAY_LATENCY=400 holds every answer back for so many milliseconds: a test that depends on a quick machine fails.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, ViewportSize

from .visits import DESKTOP, Visit


@pytest.fixture
def viewport() -> ViewportSize:
    """`visits.on_a_phone` replaces it."""
    return DESKTOP


@pytest.fixture
def page(browser: Browser, viewport: ViewportSize) -> Iterator[Page]:
    """A page of a browser without cookies."""
    with browser.new_context(viewport=viewport, locale="ko-KR") as context:
        opened = context.new_page()
        if latency := os.environ.get("XPAY_LATENCY"):
            line = {"offline": False, "latency": int(latency), "downloadThroughput": -1, "uploadThroughput": -1}
            context.new_cdp_session(opened).send("Network.emulateNetworkConditions", line)
        yield opened


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    visit = item.funcargs.get("visit")
    if report.when == "call" and report.failed and isinstance(visit, Visit):
        with contextlib.suppress(Error):
            visit.page.screenshot(path=visit.picture, full_page=True)
            report.sections.append(("the page when it failed", f"{visit.page.url}\n{visit.picture}"))
    return report
