"""The site that `make docs` builds: from a file, in a browser, without a request to anybody; in both languages, light and dark."""

from __future__ import annotations

import html.parser
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize, expect

import c_reference
import docs
import environment
from sandbox import ROOT
from tests import inner, kit

from . import axe, visits

pytestmark = [pytest.mark.xdist_group("browser-site"), pytest.mark.long]

LANGUAGES = ["en", "ko"]
REFERENCES = [f"{name}-reference" for name in ("c", "cpp", "php", "python")]
# A page of each kind: words, tables, code, pictures, a reference.
KINDS = ["index", "window", "outcome", "errors", "php-reference"]
# Attributes by which a page asks for something at once. A link asks for nothing before somebody follows it.
Scheme = Literal["light", "dark"]
ASKING = {"src", "srcset", "poster", "data", "background"}


class Read(html.parser.HTMLParser):
    """What a page loads, where it leads, and what anchors it has."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.anchors: set[str] = set()
        self.switch = ""
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.loads += [value for name, value in values.items() if name in ASKING]
        if tag == "link" and values.get("rel") != "alternate":
            self.loads.append(values["href"])
        if tag == "a" and "href" in values:
            self.leads.append(values["href"])
        if "id" in values:
            self.anchors.add(values["id"])
        if values.get("class") == "language":
            self.switch = values["href"]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site without Rust's reference, which cargo builds: built anew, in seconds."""
    kit.program("php")
    inner.made(environment.docs)
    directory = tmp_path_factory.mktemp("site")
    docs.build(directory, ["book"])
    return directory


@pytest.fixture
def viewport() -> ViewportSize:
    return ViewportSize(width=1280, height=900)


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page that asks for nothing but files, and complains of nothing."""
    asked: list[str] = []
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    def see(request: Request) -> None:
        if not request.url.startswith(("file:", "data:")):
            asked.append(request.url)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", see)
    yield page
    assert not asked + said


def pages_of(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_every_page_is_there_in_both_languages(site: Path) -> None:
    for language in LANGUAGES:
        summary = (ROOT / f"docs/{language}/SUMMARY.md").read_text("utf-8")
        wanted = {name.removesuffix(".md") for name in re.findall(r"\((\S+\.md)\)", summary)} | set(REFERENCES)
        assert {page.stem for page in (site / language).glob("*.html")} == wanted


def test_nothing_is_asked_of_strangers(site: Path) -> None:
    for page in pages_of(site):
        for target in Read(page).loads:
            address = urlsplit(target)
            assert not address.scheme and not address.netloc, f"{page}: {target}"
            assert (page.parent / unquote(address.path)).exists(), f"{page}: {target}"
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(|@import", style.read_text("utf-8")), style
    for script in (site / "theme").glob("*.js"):
        assert not re.search(r"https?:|fetch\(|XMLHttpRequest|import[ (]", script.read_text("utf-8")), script
    for picture in site.rglob("*.svg"):
        assert not re.search(r"(href|src)=\"(?!#)|url\((?!#)|@import", picture.read_text("utf-8")), picture


def test_no_link_is_dead(site: Path) -> None:
    read = {page: Read(page) for page in pages_of(site)}
    for page, parts in read.items():
        for target in parts.leads:
            address = urlsplit(target)
            # Cargo writes those of Rust, and javadoc those of Java.
            if address.scheme or {"rust", "java"} & set(address.path.split("/")):
                continue
            where = (page.parent / address.path).resolve() if address.path else page
            assert where in read, f"{page}: {target}"
            assert not address.fragment or unquote(address.fragment) in read[where].anchors, f"{page}: {target}"


def test_the_other_language_is_one_link_away(site: Path) -> None:
    for language, other in zip(LANGUAGES, reversed(LANGUAGES)):
        for page in (site / language).glob("*.html"):
            assert Read(page).switch == f"../{other}/{page.name}"


def test_the_references_leave_nothing_out(site: Path) -> None:
    declared = json.dumps(c_reference.c())
    header = c_reference.HEADER.read_text("utf-8")
    functions = set(re.findall(r"^XPAY_API .*?(\w+)\(", header, re.MULTILINE))
    assert len(functions) > 90 and all(f'"{name}"' in declared for name in functions)
    methods = {one["name"] for group in c_reference.cpp() for one in group["members"]}
    assert {"XPayClient::TX", "XPayClient::Held::Confirm", "XPayError::outcome"} <= methods
    for name, words in [
        ("php-reference", ["XPay\\Client::payByKey", "XPayClient::Init_TX"]),
        ("python-reference", ["XPayClient.pay_by_key", "AsyncClient.transaction", "escrow.Sent"]),
    ]:
        text = (site / "en" / f"{name}.html").read_text("utf-8")
        assert all(word in text for word in words)


def opened(page: Page, site: Path, name: str) -> None:
    page.goto((site / f"{name}.html").as_uri())


def search(page: Page, words: str) -> list[str]:
    """What a search finds, as the titles that it shows."""
    page.get_by_role("searchbox").fill(words)
    status = page.locator(".results [role=status]")
    expect(status).to_contain_text(re.compile("검색 결과|Found|Nothing"))
    expect(page.locator("html")).to_have_attribute("data-searched", words)
    return page.locator(".results strong").all_inner_texts()


@pytest.mark.parametrize(
    "words", ["취소", "취소를", "망취소", "가상계좌", "가상 계좌", "부분취소했을", "결과불명", "LGD_TXID", "payByKey"]
)
def test_the_search_finds_korean(page: Page, site: Path, words: str) -> None:
    opened(page, site, "ko/index")
    assert search(page, words)
    bare = re.sub("(를|했을)$", "", words).replace(" ", "")
    found = page.locator(".results a").first
    expect(found).to_contain_text(bare)
    found.click()
    expect(page.locator("main")).to_contain_text(bare)


def test_the_search_is_for_keys_too(page: Page, site: Path) -> None:
    opened(page, site, "en/index")
    page.keyboard.press("/")
    assert search(page, "partial cancel")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".results a").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".results")).to_be_hidden()
    assert not search(page, "nobodywrotethis")


def test_the_switch_leads_to_the_same_page(page: Page, site: Path) -> None:
    opened(page, site, "ko/window")
    page.get_by_role("link", name="English").click()
    assert page.url.endswith("/en/window.html")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="한국어").click()
    assert page.url.endswith("/ko/window.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dark_and_light(page: Page, site: Path, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    opened(page, site, "ko/index")
    other = "light" if scheme == "dark" else "dark"
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    button = page.get_by_role("button", name="어둡게")
    button.click()
    expect(button).to_have_attribute("aria-pressed", str(other == "dark").lower())
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    # The choice holds on the next page.
    opened(page, site, "en/window")
    expect(page.locator("html")).to_have_attribute("data-theme", other)


def test_without_javascript(browser: Browser, site: Path) -> None:
    with browser.new_context(java_script_enabled=False, viewport=visits.PHONE, color_scheme="dark") as context:
        page = context.new_page()
        opened(page, site, "ko/window")
        expect(page.get_by_role("searchbox")).to_be_hidden()
        page.get_by_role("link", name="목차").click()
        page.get_by_role("navigation", name="목차").get_by_role("link", name="취소와 환불").click()
        assert page.url.endswith("/ko/cancel.html")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit_on_a_phone(browser: Browser, site: Path, language: str) -> None:
    """What is too wide, as code and tables, scrolls on its own."""
    with browser.new_context(viewport=ViewportSize(width=390, height=844)) as context:
        page = context.new_page()
        wide = []
        for one in sorted((site / language).glob("*.html")):
            page.goto(one.as_uri())
            if page.evaluate("document.documentElement.scrollWidth") > 390:
                wide.append(one.name)
        assert not wide


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, site: Path, language: str, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    found = []
    for name in KINDS:
        opened(page, site, f"{language}/{name}")
        found += [f"{name}: {line}" for line in axe.serious(page)]
    opened(page, site, f"{language}/index")
    search(page, "LGD_TXID")
    found += [f"search: {line}" for line in axe.serious(page)]
    page.set_viewport_size(visits.PHONE)
    opened(page, site, f"{language}/window")
    found += [f"on a phone: {line}" for line in axe.serious(page)]
    page.locator(".menu").click()
    found += [f"contents: {line}" for line in axe.serious(page)]
    opened(page, site, "index")
    found += [f"start: {line}" for line in axe.serious(page)]
    if found:
        pytest.fail("\n".join(found), pytrace=False)
