"""A real browser: Playwright from PyPI drives the system's Chromium. A visit that fails leaves a picture of its page."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, ViewportSize, expect, sync_playwright

from tests import kit

from .visits import DESKTOP, Visit

BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
# Milliseconds. A page that is right appears at once, but not while other programs keep the processor busy.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        kit.missing("there is no Chromium here: make setup", "Chromium이 없습니다: make setup")
    with sync_playwright() as playwright:
        # As root, as in containers and CI, Chromium starts only with this. It visits only our pages.
        yield playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])


@pytest.fixture
def viewport() -> ViewportSize:
    """`visits.on_a_phone` replaces it."""
    return DESKTOP


@pytest.fixture
def page(browser: Browser, viewport: ViewportSize) -> Iterator[Page]:
    """A page of a browser without cookies."""
    with browser.new_context(viewport=viewport, locale="ko-KR") as context:
        yield context.new_page()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    visit = item.funcargs.get("visit")
    if report.when == "call" and report.failed and isinstance(visit, Visit):
        with contextlib.suppress(Error):
            visit.page.screenshot(path=visit.picture, full_page=True)
            report.sections.append(("the page when it failed", f"{visit.page.url}\n{visit.picture}"))
    return report
