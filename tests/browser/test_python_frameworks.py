"""Buyers in the recipes for Python's frameworks: a page that pays by the API, from its button to the deposit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import sandbox
from tests.frameworks.at_gateway import AMOUNT
from tests.frameworks.python_recipe import DjangoRecipe, FastAPIRecipe, Recipe
from tests.frameworks.python_sites import DjangoSite, FastAPISite, Site

from .visits import Visit

pytestmark = [pytest.mark.xdist_group("browser-python"), pytest.mark.long]


class Buyer(Visit):
    """At a recipe behind its own server, another site than the gateway."""

    def __init__(self, page: Page, directory: Path, recipe: Recipe) -> None:
        super().__init__(page, directory, recipe.gateway)
        self.recipe = recipe

    def order(self) -> str:
        """Up to the open window. Gives LGD_OID."""
        order, address = self.recipe.order(), self.recipe.site.served.address
        if self.recipe.name == "fastapi":
            self.page.add_init_script("if (location.hostname === 'localhost') sessionStorage.setItem('token', 'token of buyer')")
            self.page.goto(f"{address}/pay/{order}")
        else:
            self.page.goto(f"{address}/login/?next=/orders/{order}/%3Fapi={self.recipe.name}")
            self.page.locator("[name=username]").fill("buyer")
            self.page.locator("[name=password]").fill("let me in")
            self.page.get_by_role("button", name="로그인").click()
        self.press_pay()
        self.window.get_by_role("button", name="결제하기").wait_for()
        return self.page.locator("#LGD_PAYINFO [name=LGD_OID]").input_value()

    def reads(self, words: str) -> None:
        expect(self.page.get_by_role("alert")).to_contain_text(words)
        expect(self.page.locator("iframe")).to_have_count(0)
        self.fits()


@pytest.fixture(scope="module")
def django_site(workshop: Path) -> Iterator[DjangoSite]:
    with sandbox.running(workshop / "gateway-django-api") as gateway:
        made = DjangoSite(workshop / "django-api", gateway)
        yield made
        made.kill()


@pytest.fixture(scope="module")
def fastapi_site(workshop: Path) -> Iterator[FastAPISite]:
    with sandbox.running(workshop / "gateway-fastapi") as gateway:
        made = FastAPISite(workshop / "fastapi", gateway)
        yield made
        made.kill()


@pytest.fixture(params=["drf", "fastapi"])
def visit(request: pytest.FixtureRequest, tmp_path: Path, page: Page) -> Iterator[Buyer]:
    is_fastapi = request.param == "fastapi"
    site: Site = request.getfixturevalue("fastapi_site" if is_fastapi else "django_site")
    before = len(site.served.complaints())
    visited = Buyer(page, tmp_path, (FastAPIRecipe if is_fastapi else DjangoRecipe)(request.param, site))
    yield visited
    assert not visited.complaints + site.served.complaints()[before:]


@pytest.mark.parametrize("visit", ["drf", "ninja", "fastapi"], indirect=True)
def test_a_card_is_paid_in_the_window(visit: Buyer) -> None:
    oid = visit.order()
    visit.agree()
    visit.reads("결제되었습니다")
    assert visit.recipe.payments(oid) == [("approved", AMOUNT)]
    assert visit.recipe.is_paid(oid)


def test_who_cancels_may_try_again(visit: Buyer) -> None:
    oid = visit.order()
    visit.window.get_by_role("button", name="취소").click()
    expect(visit.page.locator("iframe")).to_have_count(0)
    assert visit.recipe.state(oid) == "ready"
    visit.press_pay()
    visit.agree()
    visit.reads("결제되었습니다")
    assert visit.recipe.payments(oid) == [("approved", AMOUNT)]


def test_a_deposit_is_notified_by_the_gateway(visit: Buyer) -> None:
    oid = visit.order()
    visit.window.get_by_label("가상계좌").check()
    visit.agree()
    visit.reads("아직 입금 전입니다")
    # R: if it came before the approval was saved, it comes again.
    notice = visit.recipe.NOTICE[1:]
    assert visit.recipe.site.served.answered(notice) in (200, 409)
    visit.recipe.gateway.ask("/deposits", {"tid": visit.recipe.tid(oid)})
    assert visit.recipe.site.served.answered(notice) == 200
    assert visit.recipe.state(oid) == "paid"
