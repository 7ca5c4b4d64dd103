"""Payments in apps: notes of the gateway are booked once and answered, and what a buyer is shown who comes back."""

from __future__ import annotations

import json

import pytest

import shop

from .visit import Visit

OK, ROLLBACK = (200, b"OK"), (200, b"ROLLBACK")
ANOTHER = "tlgda2026112310111200002"


def ordered(visit: Visit, **order: str) -> str:
    """An order of a buyer on a phone, who is in the app."""
    return visit.order_only(window="mobile", **order)


def back(visit: Visit, oid: str, page: str = "mispwapurl.php") -> shop.Page:
    """In a browser that has no session."""
    return visit.open(f"{page}?LGD_OID={oid}", shop.Buyer())


@pytest.mark.parametrize(("agent", "app"), [("Linux; Android 15", "A"), ("iPhone; CPU iPhone OS 19_0", "N"), ("X11; Linux", "A")])
def test_the_window_is_told_where_the_app_leads(visit: Visit, agent: str, app: str) -> None:
    visit.buyer.opener.addheaders = [("User-Agent", f"Mozilla/5.0 ({agent})")]
    oid = ordered(visit)
    assert visit.buyer.page.url == f"{visit.address}/payreq.php?oid={oid}"
    request = visit.buyer.page.form("LGD_PAYINFO").values
    assert (request["CST_WINDOW_TYPE"], request["LGD_CUSTOM_SWITCHINGTYPE"]) == ("submit", "SUBMIT")
    assert "LGD_WINDOW_TYPE" not in request
    assert request["LGD_CUSTOM_ROLLBACK"] == "Y"
    for means in ["KVPMISP", "MTRANSFER"]:
        assert request[f"LGD_{means}AUTOAPPYN"] == app
        assert request[f"LGD_{means}NOTEURL"] == f"{visit.address}/note_url.php"
        assert request[f"LGD_{means}WAPURL"] == f"{visit.address}/mispwapurl.php?LGD_OID={oid}"
        assert request[f"LGD_{means}CANCELURL"] == f"{visit.address}/cancel_url.php?LGD_OID={oid}"
    # The gateway accepts it, and by a way without an app the payment is as ever.
    shop.agree(visit.buyer)
    assert visit.confirm().state == "paid"


@pytest.mark.parametrize("agent", ["Linux; Android 15", "X11; Linux"])
def test_a_phone_is_offered_its_own_window(visit: Visit, agent: str) -> None:
    visit.buyer.opener.addheaders = [("User-Agent", f"Mozilla/5.0 ({agent})")]
    visit.open("sample_crossplatform.php")
    assert (visit.buyer.page.form(0).values["window"] == "mobile") is ("Android" in agent)


def test_a_note_is_booked_once(visit: Visit) -> None:
    oid = ordered(visit)
    assert visit.tell_app(visit.note(oid)) == OK
    assert visit.state(oid) == "paid"
    record = visit.record(oid).read_bytes()
    assert visit.tell_app(visit.note(oid)) == OK
    assert visit.record(oid).read_bytes() == record
    assert json.loads(record)["tid"] == visit.note(oid)["LGD_TID"]
    # The window does not open again.
    assert visit.open(f"payreq.php?oid={oid}").url == f"{visit.address}/order.php?oid={oid}"


def test_forged_notes_are_refused(visit: Visit) -> None:
    oid, other = ordered(visit), ordered(visit)
    for status, form in [
        (403, visit.note(oid, LGD_HASHDATA="0" * 32)),
        (403, visit.note(oid, LGD_HASHDATA="")),
        (403, visit.note(oid, LGD_AMOUNT="100")),
        (403, {**visit.note(oid), "LGD_AMOUNT": "100"}),
        (403, visit.note(oid, LGD_MID="lgdacomxpay")),
        (403, {**visit.note(oid), "LGD_OID": other}),
        (404, visit.note(oid, LGD_OID="20261123-0123456789abcdef")),
        (422, visit.note(oid, LGD_TID="")),
        (422, visit.note(oid, LGD_CASFLAG="I")),
        (422, visit.note(oid, LGD_PAYTYPE="SC0040")),
    ]:
        answered, body = visit.tell_app(form)
        assert (answered, body[:9]) == (status, b"REFUSED: "), form
        assert visit.state(oid) == "new", form
        assert visit.state(other) == "new", form
    assert visit.open("note_url.php").status == 405


@pytest.mark.parametrize("networks", ["127.0.0.1", "192.0.2.7, 127.0.0.0/8", "2001:db8::/32 126.0.0.0/7", "0.0.0.0/0"])
def test_the_gateway_is_known_by_its_address(visit: Visit, networks: str) -> None:
    assert told_at(visit, networks) == OK


@pytest.mark.parametrize("networks", ["", "192.0.2.0/24", "127.0.0.2/32", "128.0.0.0/1", "::/0", "::1"])
def test_notes_from_elsewhere_are_refused(visit: Visit, networks: str) -> None:
    status, body = told_at(visit, networks)
    assert (status, body[:9]) == (403, b"REFUSED: ")


@pytest.mark.parametrize("networks", ["gateway", "127.0.0.0/33", "127.0.0.1/", "127.0.0.1/-1"])
def test_a_network_that_is_none_is_an_error(visit: Visit, networks: str) -> None:
    assert told_at(visit, networks)[0] == 500


def told_at(visit: Visit, networks: str) -> tuple[int | None, bytes]:
    """A genuine note at a shop that takes notes from there; whether it says so to the window; deposits are as safe as that."""
    oid = ordered(visit)
    note = visit.note(oid)
    with visit.another(notice_addresses=networks, orders=visit.store.orders) as store:
        page = shop.Buyer().open(f"{store.address}/note_url.php", note)
        buyer = shop.Buyer()
        shop.order(buyer, store.address, window="mobile")
        request = buyer.page.form("LGD_PAYINFO").values
        assert ("LGD_KVPMISPNOTEURL" in request) is (networks != "")
        account = shop.Buyer().open(f"{store.address}/cas_noteurl.php", visit.notice(oid))
        assert ("notice_addresses" in account.text) is (networks != "" and page.status == 403)
    assert (visit.state(oid) == "paid") is (page.status == 200)
    assert page.status is not None
    return page.status, page.body


def test_what_is_sold_out_goes_back(visit: Visit) -> None:
    late = ordered(visit, product="poster")
    first = visit.pay(product="poster")
    assert visit.tell_app(visit.note(late)) == ROLLBACK
    assert visit.state(late) == "refused"
    assert "되돌리도록 요청했습니다" in back(visit, late, "cancel_url.php").text
    # There is a piece again, but this payment went back.
    assert visit.cancel(first).state == "cancelled"
    record = visit.record(late).read_bytes()
    assert visit.tell_app(visit.note(late)) == ROLLBACK
    assert visit.record(late).read_bytes() == record
    assert visit.tell_app(visit.note(late, LGD_TID=ANOTHER)) == ROLLBACK
    assert visit.state(late) == "refused"


def test_a_second_payment_of_an_order_goes_back(visit: Visit) -> None:
    oid = visit.pay(window="mobile")
    tid = visit.tid(oid)
    assert visit.tell_app(visit.note(oid, LGD_TID=ANOTHER)) == ROLLBACK
    assert visit.tell_app(visit.note(oid, LGD_TID=tid)) == OK
    assert visit.state(oid) == "paid"
    assert visit.cancel(oid).state == "cancelled"
    # What was booked stays booked, and what went back stays away.
    assert visit.tell_app(visit.note(oid, LGD_TID=tid)) == OK
    assert visit.tell_app(visit.note(oid, LGD_TID=ANOTHER)) == ROLLBACK
    assert visit.state(oid) == "cancelled"


def test_what_cannot_be_saved_goes_back(visit: Visit) -> None:
    oid = ordered(visit)
    obstacle = visit.record(oid).with_suffix(".json.new")
    obstacle.mkdir()
    assert visit.tell_app(visit.note(oid)) == ROLLBACK
    assert visit.state(oid) == "new"
    obstacle.rmdir()
    # With LGD_CUSTOM_ROLLBACK N the payment stands, and its note comes again.
    assert visit.tell_app(visit.note(oid)) == OK
    assert visit.state(oid) == "paid"


def test_while_another_payment_is_in_doubt_there_is_no_answer(visit: Visit) -> None:
    oid = visit.consent(window="mobile")
    visit.gateway.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    assert visit.confirm().state == "doubt"
    visit.gateway.ask("/faults", {"script": ""})
    status, body = visit.tell_app(visit.note(oid))
    assert (status, body[:9]) == (409, b"REFUSED: ")
    assert visit.state(oid) == "doubt"
    assert "다시 결제하지 마십시오" in back(visit, oid).text


def test_the_buyer_is_back_before_the_note(visit: Visit) -> None:
    oid = ordered(visit, buyer="똠방각하")
    page = back(visit, oid)
    assert page.state == "new"
    assert "아직 오지 않았습니다" in page.text
    # Nobody's session: nothing of the buyer, and no way to the order.
    assert "똠방각하" not in page.text
    assert "order.php" not in page.text
    # The buyer's own pages warn.
    assert "다시 결제하지 마십시오" in visit.open(f"payreq.php?oid={oid}").text
    assert "앱 결제 확인 중" in visit.open(f"order.php?oid={oid}").text
    # A note of a failure ends that, and so does the way out of the app.
    assert visit.tell_app(visit.note(oid, LGD_RESPCODE="S001", LGD_TID="")) == OK
    assert "다시 결제하지 마십시오" not in visit.open(f"payreq.php?oid={oid}").text
    back(visit, oid)
    back(visit, oid, "cancel_url.php")
    assert "앱 결제 확인 중" not in visit.open(f"order.php?oid={oid}").text
    back(visit, oid)
    assert visit.tell_app(visit.note(oid)) == OK
    assert back(visit, oid).state == "paid"
    assert "결제되었습니다" in back(visit, oid, "cancel_url.php").text
    for page_name in ["mispwapurl.php", "cancel_url.php"]:
        assert back(visit, "20261123-0123456789abcdef", page_name).status == 404
