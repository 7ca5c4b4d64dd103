"""Buyers in the recipes for Laravel and Symfony: from the page that opens the window to the deposit of which the gateway notifies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

import php_package
import sandbox
import shop
from tests.frameworks.at_gateway import AMOUNT
from tests.frameworks.shop import Shop

from .visits import Visit


class Recipe(Visit):
    """At a recipe behind PHP's own server, another site than the gateway."""

    def __init__(self, page: Page, directory: Path, recipe: Shop, store: shop.Shop) -> None:
        super().__init__(page, directory, recipe.gateway)
        self.recipe, self.store = recipe, store

    def order(self, oid: str) -> str:
        """Up to the open window."""
        self.page.goto(f"{self.store.address}/orders/{self.recipe.order(oid)}/pay")
        self.press_pay()
        return oid

    def arrived(self, oid: str) -> None:
        """The whole page, not the window's frame, is at the order."""
        self.page.wait_for_url(f"**/orders/{oid}")


@pytest.fixture(params=["laravel", "symfony"])
def visit(request: pytest.FixtureRequest, tmp_path: Path, page: Page, fresh_gateway: sandbox.Sandbox) -> Iterator[Recipe]:
    autoload = php_package.installed(tmp_path / "project") / "autoload.php"
    recipe = Shop(request.param, tmp_path / "shop", autoload, fresh_gateway)
    with recipe.served() as store:
        visited = Recipe(page, tmp_path, recipe, store)
        yield visited
    recipe.close()
    assert not visited.complaints + store.complaints()


def test_a_card_is_paid_in_the_window(visit: Recipe) -> None:
    oid = visit.order("card")
    visit.agree()
    visit.arrived(oid)
    assert visit.recipe.state(oid) == "paid"
    assert visit.recipe.payments(oid) == [("approved", AMOUNT)]


def test_no_click_is_lost_while_the_windows_script_is_loading(visit: Recipe) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    visit.page.route("**/xpay_crossplatform.js", hold)
    with visit.page.expect_request("**/xpay_crossplatform.js"):
        visit.page.goto(f"{visit.store.address}/orders/{visit.recipe.order('early')}/pay", wait_until="commit")
    expect(visit.page.get_by_role("button", name="결제하기")).to_be_disabled()
    held.pop().continue_()
    visit.press_pay()
    visit.agree()
    visit.arrived("early")


def test_who_cancels_may_try_again(visit: Recipe) -> None:
    oid = visit.order("again")
    visit.window.get_by_role("button", name="취소").click()
    visit.window.get_by_text("청구되지 않았습니다").wait_for()
    visit.window.get_by_role("link", name="다시 결제하기").click()
    expect(visit.page.locator("iframe")).to_have_count(0)
    visit.press_pay()
    visit.agree()
    visit.arrived(oid)
    assert visit.recipe.state(oid) == "paid"


def test_a_deposit_is_notified_by_the_gateway(visit: Recipe) -> None:
    oid = visit.order("account")
    visit.window.get_by_label("가상계좌").check()
    visit.agree()
    visit.arrived(oid)
    assert visit.recipe.state(oid) == "waiting"
    # R: if it came before the approval was saved, it comes again.
    assert visit.store.answered("xpay/notice") in (200, 500)
    visit.recipe.gateway.ask("/deposits", {"tid": visit.recipe.tid(oid)})
    assert visit.store.answered("xpay/notice") == 200
    assert visit.recipe.state(oid) == "paid"
