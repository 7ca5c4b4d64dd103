"""Virtual accounts: notifications of the gateway are booked once, and those of forgers never."""

from __future__ import annotations

import json
import re

from .visit import Visit


def test_an_account_is_paid_into_and_the_deposit_taken_back(visit: Visit) -> None:
    oid = visit.pay(means="SC0040")
    assert visit.state() == "waiting"
    assert re.fullmatch(r"\d{14} 샌드박스", visit.buyer.page.texts["LGD_ACCOUNTNUM"])
    assert visit.noticed() == 200
    assert visit.state(oid) == "waiting"
    for event, state in [("deposit", "paid"), ("deposit-cancel", "waiting"), ("deposit", "paid")]:
        assert visit.happen(event, oid) == 200
        assert visit.state(oid) == state
    # They are sent one after the other, so the gateway may not have recorded the last result yet.
    assert [notice["state"] for notice in visit.gateway.ask("/notices")][:-1] == ["delivered"] * 3


def test_a_deposit_that_is_told_twice_counts_once(visit: Visit) -> None:
    oid = visit.account()
    visit.happen("deposit", oid)
    [deposit] = [notice["id"] for notice in visit.gateway.ask("/notices") if notice["flag"] == "I"]
    record = visit.record(oid)
    before = record.read_bytes()
    visit.gateway.ask(f"/notices/{deposit}/resend", {})
    assert visit.noticed() == 200
    assert record.read_bytes() == before
    # The deposit was reversed meanwhile: a late copy of the first notification credits nothing.
    visit.happen("deposit-cancel", oid)
    visit.gateway.ask(f"/notices/{deposit}/resend", {})
    assert visit.noticed() == 200
    assert visit.state(oid) == "waiting"
    assert len(json.loads(record.read_text("utf-8"))["notices"]) == 3


def test_forged_notices_are_refused(visit: Visit) -> None:
    oid, other = visit.account(), visit.account()
    foreign = visit.notice(other)["LGD_TID"]
    assert visit.tell(visit.notice(oid, LGD_CASFLAG="C"))[0] == 409
    forged = [
        (403, "LGD_HASHDATA", visit.notice(oid, LGD_HASHDATA="0" * 32)),
        (403, "LGD_HASHDATA", visit.notice(oid, LGD_HASHDATA="")),
        (403, "LGD_HASHDATA", visit.notice(oid, LGD_TIMESTAMP="2026112310111")),
        (403, "LGD_AMOUNT", visit.notice(oid, LGD_AMOUNT="1000")),
        (403, "LGD_AMOUNT", visit.notice(oid, LGD_AMOUNT="023400")),
        (403, "LGD_AMOUNT", {**visit.notice(oid), "LGD_AMOUNT": "1000"}),
        (403, "LGD_MID", visit.notice(oid, LGD_MID="lgdacomxpay")),
        (403, "LGD_MID", {**visit.notice(oid), "LGD_MID": "lgdacomxpay"}),
        (403, "LGD_TID", visit.notice(oid, LGD_TID=foreign)),
        (403, "LGD_TID", visit.notice(oid, LGD_TID="")),
        (404, "order", visit.notice(oid, LGD_OID="20261123-0123456789abcdef")),
        (404, "order", visit.notice(oid, LGD_OID=f"../orders/{oid}")),
        (422, "LGD_CASFLAG", visit.notice(oid, LGD_CASFLAG="X")),
        (422, "LGD_CASTAMOUNT", visit.notice(oid, LGD_CASTAMOUNT="1000")),
    ]
    for status, why, form in forged:
        answered, body = visit.tell(form)
        assert (answered, body[:9]) == (status, b"REFUSED: "), form
        assert why in body.decode(), form
        assert visit.state(oid) == "waiting", form
    # The genuine one is saved and answered with exactly OK.
    assert visit.tell(visit.notice(oid)) == (200, b"OK")
    assert visit.state(oid) == "paid"


def test_a_signature_that_the_buyer_saw_is_no_notice(visit: Visit) -> None:
    # The page that opens the window shows the buyer a signature for 23400, which also fits 2 with the code 3400.
    oid = visit.order_only()
    request = visit.buyer.page.form("LGD_PAYINFO").values
    signature = {name: request[name] for name in ("LGD_TIMESTAMP", "LGD_HASHDATA")}
    assert visit.tell(visit.notice(oid, LGD_AMOUNT="2", LGD_RESPCODE="3400", **signature))[0] == 403
    assert visit.tell(visit.notice(oid))[0] == 403
    assert visit.state(oid) == "new"


def test_a_notice_is_posted(visit: Visit) -> None:
    assert visit.open("cas_noteurl.php").status == 405
    assert visit.noticed() == 405


def test_a_notice_of_what_failed_changes_nothing(visit: Visit) -> None:
    oid = visit.account()
    assert visit.tell(visit.notice(oid, LGD_RESPCODE="S001")) == (200, b"OK")
    assert visit.state(oid) == "waiting"


def test_a_notice_that_cannot_be_booked_comes_again(visit: Visit) -> None:
    oid = visit.account()
    obstacle = visit.record(oid).with_suffix(".json.new")
    obstacle.mkdir()
    assert visit.tell(visit.notice(oid))[0] == 500
    assert visit.state(oid) == "waiting"
    obstacle.rmdir()
    assert visit.tell(visit.notice(oid)) == (200, b"OK")
    assert visit.state(oid) == "paid"
