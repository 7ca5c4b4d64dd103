"""After the payment: notifications of virtual accounts, and cancellations."""

from __future__ import annotations

import pytest

from .at_gateway import AMOUNT, CST_MID, MID
from .python_recipe import Recipe, at_once

# One lane: the servers are started once.
pytestmark = [pytest.mark.xdist_group("frameworks-python"), pytest.mark.long]


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


def test_only_the_gateway_notifies(fastapi: Recipe) -> None:
    oid = waiting(fastapi)
    form = fastapi.notice(oid)
    fastapi.site.variables["XPAY_NOTICE_ADDRESSES"] = "192.0.2.0/24"
    fastapi.site.end()
    fastapi.site.start()
    assert fastapi.notify(form).status == 403
    fastapi.site.variables["XPAY_NOTICE_ADDRESSES"] = "192.0.2.0/24 127.0.0.1"
    fastapi.site.end()
    fastapi.site.start()
    assert fastapi.notify(form).body == b"OK"
