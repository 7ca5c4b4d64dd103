"""The recipes of docs/en/frameworks-python.md: their files behind real servers, paying at the sandbox."""

from __future__ import annotations

import json
import re
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

import sandbox
import shop
from tests.leavings import Leavings

from .python_shop import (
    AMOUNT,
    CST_MID,
    MID,
    DjangoRecipe,
    DjangoSite,
    FastAPIRecipe,
    FastAPISite,
    Recipe,
    Site,
    at_once,
    until,
)

# One lane: the servers are started once.
pytestmark = [pytest.mark.xdist_group("frameworks-python"), pytest.mark.long]


@pytest.fixture(scope="module")
def django_site(workshop: Path) -> Iterator[Site]:
    with sandbox.running(workshop / "gateway-django") as gateway:
        made = DjangoSite(workshop / "django", gateway)
        yield made
        made.kill()


@pytest.fixture(scope="module")
def fastapi_site(workshop: Path) -> Iterator[Site]:
    with sandbox.running(workshop / "gateway-fastapi") as gateway:
        made = FastAPISite(workshop / "fastapi", gateway)
        yield made
        made.kill()


def opened(request: pytest.FixtureRequest, name: str) -> Iterator[Recipe]:
    kind, site = (FastAPIRecipe, "fastapi_site") if name == "fastapi" else (DjangoRecipe, "django_site")
    made = kind(name, request.getfixturevalue(site))
    yield made
    made.gateway.ask("/faults", {"script": ""})


@pytest.fixture(params=["drf", "ninja", "fastapi"])
def recipe(request: pytest.FixtureRequest) -> Iterator[Recipe]:
    yield from opened(request, request.param)


@pytest.fixture(params=["drf", "fastapi"])
def one(request: pytest.FixtureRequest) -> Iterator[Recipe]:
    """One API of each site, for what is no affair of the API: both of Django's stand on the same pages."""
    yield from opened(request, request.param)


@pytest.fixture(params=["drf", "ninja"])
def django(request: pytest.FixtureRequest) -> Iterator[Recipe]:
    """What stands on `xpayclient.django`."""
    yield from opened(request, request.param)


@pytest.fixture
def fastapi(request: pytest.FixtureRequest) -> Iterator[Recipe]:
    """What has a store of its own: Django's app has tests of its own of the same."""
    yield from opened(request, "fastapi")


def test_begin_gives_the_signed_form_of_the_window(recipe: Recipe) -> None:
    begun = recipe.begin(recipe.order())
    fields = dict(begun["fields"])
    assert begun["state"] == "ready" and begun["script"].endswith("/xpay_crossplatform.js")
    assert (fields["CST_MID"], fields["LGD_MID"], fields["LGD_AMOUNT"]) == (CST_MID, MID, str(AMOUNT))
    assert fields["LGD_OID"] == begun["oid"]
    assert fields["LGD_HASHDATA"] == recipe.signed(MID, begun["oid"], str(AMOUNT), fields["LGD_TIMESTAMP"])
    assert fields["LGD_RETURNURL"].endswith(recipe.RETURN)
    assert fields["LGD_CASNOTEURL"].endswith(recipe.NOTICE)


def test_paid_once(recipe: Recipe) -> None:
    order = recipe.order()
    oid = recipe.begin(order)["oid"]
    consent = recipe.consent(oid)
    for _ in range(2):
        assert recipe.come_back(consent, oid).status == 200
        assert recipe.state(oid) == "paid" and recipe.is_paid(oid)
    assert recipe.payments(oid) == [("approved", AMOUNT)]
    assert recipe.open() == []
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


def test_what_the_database_refuses_is_rolled_back(recipe: Recipe) -> None:
    order = recipe.order()
    oid = recipe.begin(order)["oid"]
    recipe.site.break_database()
    answer = recipe.come_back(recipe.consent(oid), oid)
    recipe.site.mend_database()
    assert "disk" not in answer.text
    assert recipe.state(oid) == "failed" and not recipe.is_paid(oid)
    assert recipe.payments(oid) == [("rolled_back", 0)]
    assert recipe.pay(recipe.begin(order)["oid"]) == "paid"


def doubtful(recipe: Recipe, fault: str) -> None:
    order = recipe.order()
    oid = recipe.begin(order)["oid"]
    recipe.gateway.ask("/faults", {"script": fault})
    recipe.come_back(recipe.consent(oid), oid)
    assert recipe.state(oid) == "doubt" and not recipe.is_paid(oid)
    again = recipe.begin(order)
    assert (again["oid"], again["state"], again["fields"]) == (oid, "doubt", [])
    recipe.come_back(recipe.consent(oid), oid)
    assert recipe.payments(oid) == [("approved", AMOUNT)]
    assert recipe.site.recover().returncode == 3
    recipe.gateway.ask("/faults", {"script": ""})
    assert recipe.site.recover().returncode == 0
    assert recipe.state(oid) == "failed"
    assert recipe.payments(oid) == [("rolled_back", 0)]


def test_in_doubt_nobody_pays_again_until_recovery_has_settled_it(one: Recipe) -> None:
    doubtful(one, "PaymentByKey close\nRollback before:close")


def test_what_is_neither_saved_nor_rolled_back_is_in_doubt(fastapi: Recipe) -> None:
    fastapi.site.break_database()
    doubtful(fastapi, "Rollback before:close")
    fastapi.site.mend_database()


def test_what_the_gateway_did_before_waits_for_a_person(one: Recipe) -> None:
    order = one.order()
    oid = one.begin(order)["oid"]
    one.gateway.ask("/faults", {"fault": "code=S007"})
    one.come_back(one.consent(oid), oid)
    assert one.state(oid) in ("doubt", "repeated")
    assert one.begin(order)["fields"] == []
    one.site.recover()
    assert one.payments(oid) == [("approved", AMOUNT)]
    assert one.state(oid) in ("doubt", "repeated")


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


def waiting(recipe: Recipe) -> str:
    oid = recipe.oid()
    assert recipe.pay(oid, "SC0040") == "waiting"
    assert recipe.shown(oid)["account"]
    return oid


def test_a_deposit_is_answered_with_ok_and_nothing_else(one: Recipe) -> None:
    oid = waiting(one)
    # R, I, I again, C, a late copy of I, and the second deposit.
    for values, state in [
        ({"LGD_CASFLAG": "R", "LGD_CASSEQNO": ""}, "waiting"),
        ({}, "paid"),
        ({}, "paid"),
        ({"LGD_CASFLAG": "C"}, "waiting"),
        ({}, "waiting"),
        ({"LGD_CASSEQNO": "002"}, "paid"),
    ]:
        answer = one.notify(one.notice(oid, **values))
        assert (answer.status, answer.body) == (200, b"OK")
        assert answer.kind.lower() == "text/plain; charset=utf-8"
        assert (one.state(oid), one.is_paid(oid)) == (state, state == "paid")


def test_sixteen_deliveries_at_once_count_once(one: Recipe) -> None:
    oid = waiting(one)
    form = one.notice(oid)
    assert {answer[:2] for answer in at_once(16, lambda: one.notify(form))} == {(200, b"OK")}
    assert one.shown(oid)["balance"] == AMOUNT


def test_forged_notices_are_refused(one: Recipe) -> None:
    oid, other = waiting(one), waiting(one)
    # The buyer sees the signature of the window, which also fits other ends of the amount.
    window = one.signed(MID, oid, str(AMOUNT), one.notice(oid)["LGD_TIMESTAMP"])
    forged = [
        one.notice(oid, LGD_HASHDATA="0" * 32),
        one.notice(oid, LGD_AMOUNT="1000"),
        one.notice(oid, LGD_MID=CST_MID),
        one.notice(oid, LGD_TID=one.tid(other)),
        one.notice(oid, LGD_TID="텰"),
        one.notice(oid, LGD_CASTAMOUNT="1000"),
        one.notice(oid, LGD_CASFLAG="C"),
        {**one.notice(oid), "LGD_OID": other},
        {**one.notice(oid), "LGD_OID": "no-such-order"},
        one.notice(oid, LGD_AMOUNT="2", LGD_RESPCODE="3400", LGD_HASHDATA=window),
        one.notice(oid, LGD_RESPCODE="", LGD_HASHDATA=window),
        {},
    ]
    for form in forged:
        answer = one.notify(form)
        assert answer.status in (400, 403, 404, 409, 422) and answer.body != b"OK", form
        assert (one.state(oid), one.state(other)) == ("waiting", "waiting"), form
    genuine = one.notice(oid)
    # It is a form, and posted to exactly this address: nothing else is understood, and nothing leads elsewhere.
    moved = one.NOTICE[:-1] if one.NOTICE.endswith("/") else f"{one.NOTICE}/"
    assert one.notify(genuine, moved).body != b"OK"
    assert one.send("GET", one.NOTICE).status == 405
    assert one.notify(genuine).body == b"OK"


def test_a_notice_that_cannot_be_saved_comes_again(one: Recipe) -> None:
    oid = waiting(one)
    one.site.break_database()
    answer = one.notify(one.notice(oid))
    one.site.mend_database()
    assert answer.status == 500 and answer.body != b"OK"
    assert (one.state(oid), one.is_paid(oid)) == ("waiting", False)
    assert one.notify(one.notice(oid)).body == b"OK"
    assert one.state(oid) == "paid"


def test_only_who_may_gives_money_back_and_a_second_click_nothing(recipe: Recipe) -> None:
    oid = recipe.oid()
    recipe.pay(oid)
    part = {"amount": 3400, "balance": AMOUNT, "reason": "a scratch"}
    assert recipe.ask(f"/payments/{oid}/cancel", part).status == 403
    assert recipe.ask(f"/payments/{oid}/cancel", {**part, "amount": AMOUNT + 1}, "merchant").status == 409
    assert recipe.ask(f"/payments/{oid}/cancel", {**part, "amount": 0}, "merchant").status in (400, 422)
    assert recipe.payments(oid) == [("approved", AMOUNT)]
    answers = at_once(4, lambda: recipe.ask(f"/payments/{oid}/cancel", part, "merchant").status)
    assert answers.count(200) == 1 and set(answers) == {200, 409}
    assert recipe.ask(f"/payments/{oid}/cancel", part, "merchant").status == 409
    assert recipe.payments(oid)[0][1] == recipe.shown(oid)["balance"] == 20000
    assert recipe.is_paid(oid)
    rest = recipe.ask(f"/payments/{oid}/cancel", {"amount": 20000, "balance": 20000}, "merchant")
    assert (rest.status, rest.json["state"], rest.json["balance"]) == (200, "cancelled", 0)
    assert recipe.payments(oid)[0][1] == 0 and not recipe.is_paid(oid)


def test_the_money_of_a_virtual_account_goes_back_to_an_account(recipe: Recipe) -> None:
    oid = waiting(recipe)
    recipe.gateway.ask("/deposits", {"tid": recipe.tid(oid)})
    recipe.notify(recipe.notice(oid))
    whole = {"amount": AMOUNT, "balance": AMOUNT}
    account = {"number": "110123456789", "bank_code": "088", "holder": "홍길동", "phone": "01012345678"}
    assert recipe.ask(f"/payments/{oid}/cancel", whole, "merchant").status == 409
    assert recipe.ask(f"/payments/{oid}/cancel", {**whole, "account": account}, "merchant").status == 200
    assert recipe.state(oid) == "cancelled"


def test_a_cancellation_in_doubt_is_said_so(recipe: Recipe) -> None:
    oid = recipe.oid()
    recipe.pay(oid)
    recipe.gateway.ask("/faults", {"script": "PartialCancel close\nRollback before:close"})
    answer = recipe.ask(f"/payments/{oid}/cancel", {"amount": 3400, "balance": AMOUNT}, "merchant")
    assert answer.status == 502 and "in_doubt" in answer.text
    assert recipe.shown(oid)["balance"] == AMOUNT
    recipe.gateway.ask("/faults", {"script": ""})
    # The part went back: the gateway compares the balance, and gives nothing back twice.
    assert recipe.ask(f"/payments/{oid}/cancel", {"amount": 3400, "balance": AMOUNT}, "merchant").status == 409
    assert recipe.payments(oid) == [("partly_cancelled", 20000)]


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
    for who, status, state in ((stranger, 404, "ready"), (visitor, 200, "paid")):
        who.open(f"{address}{django.RETURN}", django.consent(oid))
        assert (who.submit("LGD_RETURNINFO").status, django.state(oid)) == (status, state)


def test_a_worker_that_dies_while_it_pays_leaves_it_to_the_next(fastapi: Recipe) -> None:
    oid = fastapi.oid()
    consent = fastapi.consent(oid)
    fastapi.gateway.ask("/faults", {"script": "PaymentByKey hang"})

    def pay() -> None:
        with pytest.raises(OSError):
            fastapi.come_back(consent, oid)

    paying = threading.Thread(target=pay)
    paying.start()
    until(lambda: fastapi.payments(oid) == [("approved", AMOUNT)])
    assert fastapi.state(oid) == "paying"
    fastapi.site.kill()
    paying.join()
    fastapi.gateway.ask("/faults", {"script": ""})
    fastapi.site.start()
    until(lambda: fastapi.state(oid) == "failed")
    assert fastapi.payments(oid) == [("rolled_back", 0)]


def test_a_deployment_waits_for_what_is_under_way(fastapi: Recipe) -> None:
    oid, open_before = fastapi.oid(), fastapi.open()
    consent = fastapi.consent(oid)
    fastapi.gateway.ask("/faults", {"script": "PaymentByKey delay=1000"})
    paying = threading.Thread(target=fastapi.come_back, args=(consent, oid))
    paying.start()
    until(lambda: fastapi.payments(oid) == [("approved", AMOUNT)])
    log = fastapi.site.end()
    paying.join()
    fastapi.site.start()
    assert fastapi.state(oid) == "paid", log
    assert fastapi.open() == open_before


def test_a_buyer_who_goes_away_meanwhile_has_paid_or_not_and_the_shop_knows(fastapi: Recipe) -> None:
    oid = fastapi.oid()
    body = urlencode(fastapi.consent(oid)).encode()
    fastapi.gateway.ask("/faults", {"script": "PaymentByKey delay=300"})
    address = urlsplit(fastapi.site.served.address)
    with socket.create_connection((address.hostname, address.port)) as browser:
        browser.sendall(f"POST {fastapi.RETURN} HTTP/1.1\r\nHost: shop\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        until(lambda: fastapi.state(oid) == "paying")
    until(lambda: fastapi.state(oid) == "paid")
    assert fastapi.payments(oid) == [("approved", AMOUNT)] and fastapi.is_paid(oid)


def test_nothing_secret_is_left(one: Recipe) -> None:
    judge, oid = Leavings(), one.oid()
    consent = one.consent(oid)
    # Behind the time that it begins with.
    judge.note("a payment key", consent["LGD_PAYKEY"][14:].encode())
    one.come_back(consent, oid)
    one.ask(f"/payments/{oid}/cancel", {"amount": 1, "balance": AMOUNT}, "merchant")
    judge.search(one.site.directory, allowed=("xpayclient",))
