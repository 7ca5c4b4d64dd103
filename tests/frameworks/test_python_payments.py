"""The recipes of docs/en/frameworks-python.md behind real servers: from the window's form to the order, and who may."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request

import pytest

import shop

from .at_gateway import AMOUNT, CST_MID, MID
from .python_recipe import Recipe, at_once

# One lane: the servers are started once.
pytestmark = [pytest.mark.xdist_group("frameworks-python"), pytest.mark.long]


def test_begin_gives_the_signed_form_of_the_window(recipe: Recipe) -> None:
    begun = recipe.begin(recipe.order())
    fields = dict(begun["fields"])
    assert begun["state"] == "ready" and begun["script"].endswith("/xpay_crossplatform.js")
    assert (fields["CST_MID"], fields["LGD_MID"], fields["LGD_AMOUNT"]) == (CST_MID, MID, str(AMOUNT))
    assert fields["LGD_OID"] == begun["oid"]
    assert fields["LGD_HASHDATA"] == recipe.signed(MID, begun["oid"], str(AMOUNT), fields["LGD_TIMESTAMP"])
    assert fields["LGD_RETURNURL"].endswith(recipe.RETURN)
    assert fields["LGD_CASNOTEURL"].endswith(recipe.NOTICE)


def test_what_the_window_forbids_is_no_error_of_the_server(fastapi: Recipe) -> None:
    order = fastapi.order()
    fastapi.site.sql("UPDATE orders SET title = '<b>머그컵' WHERE id = ?", order)
    assert fastapi.ask(f"/orders/{order}/payment", {}).status == 409


def test_paid_once(recipe: Recipe) -> None:
    order, open_before = recipe.order(), recipe.open()
    oid = recipe.begin(order)["oid"]
    consent = recipe.consent(oid)
    for _ in range(2):
        assert recipe.come_back(consent, oid).status == 200
        assert recipe.state(oid) == "paid" and recipe.is_paid(oid)
    assert recipe.payments(oid) == [("approved", AMOUNT)]
    assert recipe.open() == open_before
    again = recipe.begin(order)
    assert (again["oid"], again["state"], again["fields"]) == (oid, "paid", [])
    assert "LGD_TID" not in str(again) and recipe.tid(oid) not in str(again)


def test_a_double_click_pays_once(recipe: Recipe) -> None:
    oid = recipe.oid()
    consents = iter([recipe.consent(oid) for _ in range(8)])
    at_once(8, lambda: recipe.come_back(next(consents), oid))
    assert recipe.state(oid) == "paid"
    assert recipe.payments(oid) == [("approved", AMOUNT)]


def test_two_tabs_begin_one_payment(recipe: Recipe) -> None:
    order = recipe.order()
    begun = at_once(6, lambda: recipe.begin(order))
    consents = iter([(one["oid"], recipe.consent(one["oid"])) for one in begun])

    def pay() -> None:
        oid, consent = next(consents)
        recipe.come_back(consent, oid)

    at_once(6, pay)
    approved = [one for oid in {one["oid"] for one in begun} for one in recipe.payments(oid) if one[0] == "approved"]
    assert approved == [("approved", AMOUNT)]


def test_two_payments_of_one_order_do_not_both_pay(fastapi: Recipe) -> None:
    order = fastapi.order()
    oids = [f"both-{order}-{number}" for number in range(4)]
    for oid in oids:
        fastapi.site.sql("INSERT INTO payments (oid, order_id, amount) VALUES (?, ?, ?)", oid, order, AMOUNT)
    consents = iter([(oid, fastapi.consent(oid)) for oid in oids])

    def pay() -> str:
        oid, consent = next(consents)
        return fastapi.come_back(consent, oid).text

    at_once(4, pay)
    assert [one for oid in oids for one in fastapi.payments(oid)] == [("approved", AMOUNT)]
    assert sorted(fastapi.state(oid) for oid in oids) == ["paid", "ready", "ready", "ready"]


def test_declined_and_then_paid(recipe: Recipe) -> None:
    order = recipe.order()
    oid = recipe.begin(order)["oid"]
    # What the buyer agreed to is less than the order costs: the gateway refuses.
    recipe.come_back(recipe.consent(oid, 100), oid)
    shown = recipe.shown(oid)
    assert shown["state"] == "failed" and shown["message"] and not recipe.is_paid(oid)
    assert recipe.payments(oid) == []
    again = recipe.begin(order)["oid"]
    assert again != oid
    assert recipe.pay(again) == "paid"


def test_who_cancels_in_the_window_pays_nothing(recipe: Recipe) -> None:
    oid = recipe.oid()
    answer = recipe.come_back({"LGD_RESPCODE": "S053", "LGD_RESPMSG": "<b>사용자 취소", "LGD_OID": oid}, oid)
    assert answer.status == 200 and "<b>" not in answer.text
    assert (recipe.state(oid), recipe.payments(oid)) == ("ready", [])
    assert recipe.pay(oid) == "paid"


def test_a_return_that_is_not_signed_for_the_order_pays_nothing(recipe: Recipe) -> None:
    oid = recipe.oid()
    for wrong in (
        {"LGD_HASHDATA": "0" * 32},
        {"LGD_HASHDATA": ""},
        {"LGD_AMOUNT": "1"},
        {"LGD_MID": CST_MID},
        {"LGD_OID": "none"},
    ):
        assert recipe.come_back({**recipe.consent(oid), **wrong}, oid).status in (403, 404)
    assert (recipe.state(oid), recipe.payments(oid)) == ("ready", [])


def test_an_order_that_costs_something_else_by_now_is_not_paid(one: Recipe) -> None:
    order = one.order()
    oid = one.begin(order)["oid"]
    column = "amount" if one.name == "fastapi" else "total"
    one.site.sql(f"UPDATE {one.site.ORDERS} SET {column} = 99000 WHERE id = ?", order)
    one.come_back(one.consent(oid), oid)
    assert one.payments(oid) == [] and not one.is_paid(oid)
    assert one.begin(order)["amount"] == 99000


def test_the_payment_key_of_another_order_pays_neither(one: Recipe) -> None:
    mine, other = one.oid(), one.oid()
    one.come_back(one.signed_return(mine, one.consent(other)["LGD_PAYKEY"]), mine)
    assert [one.state(oid) for oid in (mine, other)] == ["failed", "ready"]
    assert one.payments(other) == [("rolled_back", 0)]


def test_what_is_somebody_elses_is_not_there(recipe: Recipe) -> None:
    order = recipe.order()
    oid = recipe.begin(order)["oid"]
    consent = recipe.consent(oid)
    assert recipe.ask(f"/orders/{order}/payment", {}, "stranger").status == 404
    assert recipe.ask(f"/payments/{oid}", user="stranger").status == 404
    assert recipe.send("GET", f"{recipe.api}/payments/{oid}").status == 401
    assert recipe.send("GET", f"{recipe.api}/payments/{oid}", headers={"Authorization": "Bearer forged"}).status == 401
    if recipe.name != "fastapi":
        assert recipe.come_back(consent, oid, "stranger").status == 404
        assert (recipe.state(oid), recipe.payments(oid)) == ("ready", [])


def test_what_the_return_page_gave_out_pays_only_that_payment(django: Recipe) -> None:
    mine, other = django.oid(), django.oid()
    assert django.come_back(django.consent(mine), other).status == 400
    assert django.ask(f"/payments/{mine}/pay", {"returned": "forged"}).status == 400
    assert django.ask(f"/payments/{mine}/pay", {"returned": django.consent(mine)["LGD_PAYKEY"]}).status == 400
    assert django.ask(f"/payments/{mine}/pay", {}).status in (400, 422)
    assert [django.state(oid) for oid in (mine, other)] == ["ready", "ready"]


def test_a_session_needs_the_csrf_token(django: Recipe) -> None:
    order, address = django.order(), django.site.served.address
    visitor = shop.Buyer()
    visitor.open(f"{address}/login/?next=/orders/{order}/")
    visitor.submit(0, username="buyer", password="let me in")
    token = re.search('data-csrf="(\\w+)"', visitor.page.text)
    assert token, visitor.page.text

    def begin(headers: dict[str, str]) -> int:
        url = f"{address}{django.api}/orders/{order}/payment"
        request = urllib.request.Request(url, b"{}", {"Content-Type": "application/json", **headers})
        try:
            with visitor.opener.open(request) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code

    assert begin({}) == 403
    assert begin({"X-CSRFToken": token[1]}) == 200


def test_a_window_that_takes_the_whole_page_leads_back_to_the_browser_that_began(django: Recipe) -> None:
    """Also with a token, which no form carries: by the cookie that `begin` set."""
    order, visitor, stranger = django.order(), shop.Buyer(), shop.Buyer()
    address = django.site.served.address
    url = f"{address}{django.api}/orders/{order}/payment"
    with visitor.opener.open(urllib.request.Request(url, b"{}", django.headers("buyer"))) as answer:
        oid = json.load(answer)["oid"]
    for who, status, state in ((stranger, 403, "ready"), (visitor, 200, "paid")):
        who.open(f"{address}{django.RETURN}", django.consent(oid))
        assert (who.submit("LGD_RETURNINFO").status, django.state(oid)) == (status, state)


def test_a_buyer_sees_on_another_device_what_she_has_paid(django: Recipe) -> None:
    order, visitor = django.order(), shop.Buyer()
    oid = django.begin(order)["oid"]
    assert django.pay(oid) == "paid"
    address = django.site.served.address
    assert visitor.open(f"{address}/xpay/{oid}/").status == 403
    url = f"{address}{django.api}/orders/{order}/payment"
    with visitor.opener.open(urllib.request.Request(url, b"{}", django.headers("buyer"))) as answer:
        assert json.load(answer)["state"] == "paid"
    assert visitor.open(f"{address}/xpay/{oid}/").state == "paid"
