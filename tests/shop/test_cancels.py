"""The merchant cancels, wholly and in part, also what was done elsewhere and what the gateway does not answer."""

from __future__ import annotations

from .visit import Visit


def test_cancels_count_as_done_by_their_codes(visit: Visit) -> None:
    for means, code, state in [
        ("SC0030", "RF09", "cancelled"),
        ("SC0030", "RF02", "paid"),
        ("SC0010", "RF09", "paid"),
        ("SC0010", "AV11", "cancelled"),
        ("SC0030", "AV11", "paid"),
    ]:
        oid = visit.pay(means=means)
        visit.open(f"Cancel.php?oid={oid}", visit.merchant)
        visit.fail_next(f'body={{"LGD_RESPCODE":"{code}","LGD_RESPMSG":"preset"}}')
        page = visit.merchant.submit(0)
        assert page.state == state, (means, code)
        assert code in page.text, (means, code)


def test_a_cancel_that_was_done_elsewhere_is_booked(visit: Visit) -> None:
    oid = visit.pay()
    visit.gateway.ask(f"/payments/{visit.tid(oid)}/cancel", {"amount": 400})
    assert "게이트웨이가 거절했습니다" in visit.cancel(oid, amount="3000").text
    assert visit.cancel(oid).state == "cancelled"
    assert visit.payments(oid) == [("cancelled", 0)]


def test_a_whole_cancel_that_was_done_elsewhere_is_booked_when_a_part_is_requested(visit: Visit) -> None:
    oid = visit.pay()
    visit.gateway.ask(f"/payments/{visit.tid(oid)}/cancel", {})
    page = visit.cancel(oid, amount="3000")
    assert "AV11" in page.text
    assert (page.state, page.texts["balance"]) == ("cancelled", "0원")


def test_a_cancel_without_an_answer_changes_nothing(visit: Visit) -> None:
    oid = visit.pay()
    visit.open(f"Cancel.php?oid={oid}", visit.merchant)
    visit.fail_next("close")
    assert "되돌렸습니다" in visit.merchant.submit(0).text
    assert visit.state(oid) == "paid"
    assert visit.payments(oid) == [("approved", 23400)]


def test_an_amount_or_a_reason_that_cannot_be_is_refused(visit: Visit) -> None:
    oid = visit.pay()
    for amount in ["0", "-1", "23401", "1.5", "", "abc"]:
        assert "취소할 수 없는" in visit.cancel(oid, amount=amount).text, amount
    assert "사유를" in visit.cancel(oid, reason="").text
    assert visit.payments(oid) == [("approved", 23400)]


def test_what_was_paid_into_an_account_goes_to_the_buyers_own(visit: Visit) -> None:
    oid = visit.account()
    visit.open(f"Cancel.php?oid={oid}", visit.merchant)
    assert visit.merchant.page.forms == []
    visit.happen("deposit", oid)
    assert "취소되었습니다" in visit.cancel(oid, account="1").text
    oid = visit.account()
    visit.happen("deposit", oid)
    assert visit.cancel(oid, amount="3400", account="110-123-456789", bank="088").texts["balance"] == "20,000원"
    assert visit.cancel(oid, account="110-123-456789", bank="088").state == "cancelled"
    assert visit.payments(oid) == [("cancelled", 0)]
