"""A purchase at each sample shop is recorded, and replayed on a new sandbox: everything is answered as it was."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import environment
import sandbox
import shop
import shop_in_django
from tests import inner, kit

from . import test_django_shop, test_php_shop, test_window, visits

Recording = Callable[[], contextlib.AbstractContextManager[sandbox.Sandbox]]


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return tmp_path / "session.jsonl"


@pytest.fixture
def recording(tmp_path: Path, session: Path) -> Recording:
    """A gateway that records. It has to stop before the session is whole."""
    return lambda: sandbox.running(tmp_path / "gateway", "--record", session)


@contextlib.contextmanager
def without_complaints(visit: visits.Visit) -> Iterator[None]:
    yield
    assert not visit.complaints


def replays(session: Path, *kinds: str) -> None:
    """Nothing is answered differently, and every kind of request was recorded."""
    text = session.read_text(encoding="utf-8")
    for kind in kinds:
        assert f'"kind":"{kind}"' in text, kind
    assert "홍길동" not in text
    assert '["LGD_BUYER","똠방각하"]' not in text
    assert "95160cce09854ef44d2edb2bfb05f9f3" not in text
    replayed = subprocess.run(
        [sandbox.XPAY, "sandbox", "replay", session], stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    assert replayed.returncode == 0, replayed.stdout
    # And a difference is found.
    session.write_text(text.replace('"status":"0000"', '"status":"9999"', 1), encoding="utf-8")
    replayed = subprocess.run(
        [sandbox.XPAY, "sandbox", "replay", session], stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    assert (replayed.returncode, "[9999] → [0000]" in replayed.stdout) == (1, True), replayed.stdout


def test_the_demo_shop(tmp_path: Path, page: Page, recording: Recording, session: Path) -> None:
    with recording() as gateway:
        visit = test_window.Visit(page, tmp_path, gateway)
        with without_complaints(visit):
            visit.order(encoding="UTF-8", means="SC0040")
            visit.press_pay()
            visit.agree()
            visit.admin(visit.paid())
            expect(page.locator(".delivery")).to_have_text(["전달 delivered"])
            page.get_by_role("button", name="입금").click()
            expect(page.locator(".delivery")).to_have_text(["전달 delivered"] * 2)
    replays(session, "page", "tx", "note", "act")


def test_the_php_shop(tmp_path: Path, page: Page, recording: Recording, session: Path) -> None:
    with recording() as gateway, shop.opened(tmp_path / "shop", gateway, kit.program("php")) as store:
        visit = test_php_shop.Visit(page, tmp_path, gateway, store)
        with without_complaints(visit):
            visit.pay(buyer="똠방각하", means="SC0010")
            visit.is_("paid")
            oid = visit.pay(means="SC0040")
            visit.noticed()
            visit.notes("deposit", oid)
            visit.is_("paid")
    replays(session, "page", "tx", "note", "act")


@pytest.mark.xdist_group("browser-django")
@pytest.mark.long
def test_the_django_shop(tmp_path: Path, page: Page, recording: Recording, session: Path) -> None:
    interpreter = inner.made(environment.django_shop)
    with recording() as gateway, shop_in_django.opened(tmp_path / "shop", gateway, interpreter) as store:
        visit = test_django_shop.Visit(page, tmp_path, gateway, store)
        with without_complaints(visit):
            visit.pay()
            visit.is_("paid")
            oid = visit.pay(means="가상계좌")
            visit.noticed()
            visit.to_order()
            visit.notes("deposit", oid)
            visit.is_("paid")
    replays(session, "page", "tx", "note", "act")
