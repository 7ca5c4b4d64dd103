"""The recipes of docs/en/frameworks.md: their files in a real Laravel, a real Symfony and over plain PSR-7, paying at the sandbox."""

from __future__ import annotations

import json
import re

from .at_gateway import AMOUNT, CST_MID, MID
from .shop import Shop


def test_the_page_has_the_signed_form_of_the_window(framework: Shop) -> None:
    oid = framework.order("window")
    answer = framework.get(f"/orders/{oid}/pay")
    assert answer.status == 200
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))
    assert (fields["CST_MID"], fields["LGD_MID"], fields["LGD_AMOUNT"]) == (CST_MID, MID, str(AMOUNT))
    assert fields["LGD_BUYER"] == "홍길동"
    assert fields["LGD_HASHDATA"] == framework.signed(MID, oid, str(AMOUNT), fields["LGD_TIMESTAMP"])
    assert fields["LGD_RETURNURL"].endswith("/xpay/return")
    assert fields["LGD_CASNOTEURL"].endswith("/xpay/notice")


def test_paid_once(shop: Shop) -> None:
    oid = shop.order("paid")
    consent = shop.consent(oid)
    for _ in range(2):
        answer = shop.post("/xpay/return", consent)
        assert (answer.status, shop.state(oid)) == (200, "paid")
        assert "결제되었습니다" in answer.text
    assert shop.payments(oid) == [("approved", AMOUNT)]
    assert shop.tid(oid) == next(one["tid"] for one in shop.gateway.payments() if one["oid"] == oid)
    assert shop.open() == []


def test_declined_and_then_paid(shop: Shop) -> None:
    oid = shop.order("declined")
    answer = shop.pay(oid, 100)
    assert shop.state(oid) == "unpaid"
    assert "청구되지 않았습니다" in answer.text
    assert shop.payments(oid) == []
    shop.pay(oid)
    assert shop.state(oid) == "paid"


def test_who_cancels_in_the_window_pays_nothing(shop: Shop) -> None:
    oid = shop.order("cancelled")
    answer = shop.post("/xpay/return", {"LGD_RESPCODE": "S053", "LGD_RESPMSG": "사용자 취소", "LGD_OID": oid})
    assert "사용자 취소" in answer.text
    assert (shop.state(oid), shop.payments(oid)) == ("unpaid", [])


def test_a_return_that_is_not_signed_for_the_order_pays_nothing(shop: Shop) -> None:
    oid = shop.order("unsigned")
    for wrong in ({"LGD_HASHDATA": "0" * 32}, {"LGD_HASHDATA": ""}, {"LGD_AMOUNT": "1"}):
        assert "결제되지 않았습니다" in shop.post("/xpay/return", {**shop.consent(oid), **wrong}).text
    assert (shop.state(oid), shop.payments(oid)) == ("unpaid", [])


def test_what_the_gateway_did_before_waits_for_a_person(shop: Shop) -> None:
    oid = shop.order("repeated")
    shop.gateway.ask("/faults", {"fault": "code=S007"})
    assert "다시 결제하지 마십시오" in shop.pay(oid).text
    assert shop.state(oid) == "doubt"


def test_what_the_database_refuses_is_rolled_back(shop: Shop) -> None:
    oid = shop.order("unsaved")
    shop.break_database("NEW.state = 'paid'")
    answer = shop.pay(oid)
    shop.mend_database()
    assert "청구되지 않았습니다" in answer.text
    assert "disk" not in answer.text
    assert shop.state(oid) == "unpaid"
    assert shop.payments(oid) == [("rolled_back", 0)]
    shop.pay(oid)
    assert shop.state(oid) == "paid"


def test_what_is_neither_saved_nor_rolled_back_is_in_doubt(shop: Shop) -> None:
    oid = shop.order("unsettled")
    shop.break_database("NEW.state = 'paid'")
    shop.gateway.ask("/faults", {"script": "Rollback before:close"})
    answer = shop.pay(oid)
    shop.gateway.ask("/faults", {"script": ""})
    shop.mend_database()
    assert "다시 결제하지 마십시오" in answer.text
    assert shop.state(oid) == "doubt"
    assert shop.payments(oid) == [("approved", AMOUNT)]
    assert shop.open() == ["in_doubt"]
    shop.recover()
    assert shop.payments(oid) == [("rolled_back", 0)]


def test_the_payment_key_of_another_order_pays_neither(shop: Shop) -> None:
    mine, other = shop.order("mine"), shop.order("other")
    shop.post("/xpay/return", {**shop.consent(mine), "LGD_PAYKEY": shop.consent(other)["LGD_PAYKEY"]})
    assert [shop.state(oid) for oid in (mine, other)] == ["unpaid", "unpaid"]
    assert shop.payments(other) == [("rolled_back", 0)]


def test_nobody_pays_again_while_it_is_in_doubt(shop: Shop) -> None:
    oid = shop.order("doubt")
    shop.gateway.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    answer = shop.pay(oid)
    shop.gateway.ask("/faults", {"script": ""})
    assert "다시 결제하지 마십시오" in answer.text
    assert shop.state(oid) == "doubt"
    shop.pay(oid)
    assert shop.state(oid) == "doubt"
    assert shop.payments(oid) == [("approved", AMOUNT)]
    assert shop.open() == ["in_doubt"]
    shop.recover()
    assert shop.payments(oid) == [("rolled_back", 0)]


def test_recovery_says_what_is_open(framework: Shop) -> None:
    oid = framework.order("open")
    framework.gateway.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    framework.pay(oid)
    done = framework.recover()
    framework.gateway.ask("/faults", {"script": ""})
    assert done.returncode != 0
    assert "xpay recover --list" in done.stdout
    assert framework.recover().returncode == 0
    assert framework.payments(oid) == [("rolled_back", 0)]


def waiting(shop: Shop, oid: str) -> str:
    shop.order(oid)
    shop.pay(oid, AMOUNT, "--paytype", "SC0040")
    assert shop.state(oid) == "waiting"
    return oid


def test_a_deposit_is_answered_with_ok_and_nothing_else(shop: Shop) -> None:
    oid = waiting(shop, "deposit")
    # R, I, I again, C, a late copy of I, and the second deposit; in the charset that the gateway uses unless it is told another.
    for values, state in [
        ({"LGD_CASFLAG": "R", "LGD_CASSEQNO": ""}, "waiting"),
        ({}, "paid"),
        ({}, "paid"),
        ({"LGD_CASFLAG": "C"}, "waiting"),
        ({}, "waiting"),
        ({"LGD_CASSEQNO": "002"}, "paid"),
    ]:
        answer = shop.post("/xpay/notice", shop.notice(oid, **values), "cp949")
        assert (answer.status, answer.body) == (200, b"OK")
        assert answer.kind.lower() == "text/plain; charset=utf-8"
        assert shop.state(oid) == state


def test_forged_notices_are_refused(shop: Shop) -> None:
    oid, other = waiting(shop, "forged-1"), waiting(shop, "forged-2")
    # The buyer sees the signature of the window, which also fits other ends of the amount.
    window = shop.signed(MID, oid, str(AMOUNT), shop.notice(oid)["LGD_TIMESTAMP"])
    forged = [
        shop.notice(oid, LGD_HASHDATA="0" * 32),
        shop.notice(oid, LGD_AMOUNT="1000"),
        shop.notice(oid, LGD_MID=CST_MID),
        shop.notice(oid, LGD_TID=shop.tid(other)),
        shop.notice(oid, LGD_CASTAMOUNT="1000"),
        shop.notice(oid, LGD_CASFLAG="C"),
        {**shop.notice(oid), "LGD_OID": other},
        {**shop.notice(oid), "LGD_OID": "no-such-order"},
        shop.notice(oid, LGD_AMOUNT="2", LGD_RESPCODE="3400", LGD_HASHDATA=window),
        shop.notice(oid, LGD_RESPCODE="", LGD_HASHDATA=window),
        {},
    ]
    for form in forged:
        answer = shop.post("/xpay/notice", form)
        assert answer.status >= 400 and answer.body != b"OK", form
        assert (shop.state(oid), shop.state(other)) == ("waiting", "waiting"), form
    assert shop.post("/xpay/notice", shop.notice(oid)).body == b"OK"


def test_a_notice_that_cannot_be_saved_comes_again(shop: Shop) -> None:
    oid = waiting(shop, "again")
    shop.break_database("1")
    answer = shop.post("/xpay/notice", shop.notice(oid))
    shop.mend_database()
    assert answer.status >= 500 and answer.body != b"OK"
    assert shop.state(oid) == "waiting"
    assert shop.post("/xpay/notice", shop.notice(oid)).body == b"OK"
    assert shop.state(oid) == "paid"


def test_an_approval_counts_once_the_job_is_done_and_the_worker_goes_on(framework: Shop) -> None:
    oid = f"job-{framework.name}"
    paykey = framework.gateway.paykey(oid, AMOUNT)
    done = framework.command("job", text=json.dumps({"LGD_TXNAME": "PaymentByKey", "LGD_PAYKEY": paykey}))
    assert (done.returncode, done.stdout) == (-9, "true")
    assert framework.payments(oid) == [("approved", AMOUNT)]
    assert framework.open() == []


def test_laravel_checks_its_tokens_elsewhere(laravel: Shop) -> None:
    """The route of notifications works because it is outside of that, not because nothing is checked."""
    assert laravel.post("/web", {"a": "b"}).status == 419


def test_laravel_recovers_every_minute(laravel: Shop) -> None:
    listed = laravel.command("artisan", "schedule:list").stdout
    assert re.search(r"xpay:recover\W+\* \* \* \* \*", listed)


def test_the_log_of_laravel_has_the_lines_of_the_library(laravel: Shop) -> None:
    consent = laravel.consent(laravel.order("logged"))
    laravel.post("/xpay/return", consent)
    log = (laravel.base / "storage/logs/laravel.log").read_text("utf-8")
    assert re.search(r'production\.INFO: .*LGD_TXNAME=PaymentByKey.*"lgd_txid":"tlgdacomxpay-', log)
    assert consent["LGD_PAYKEY"] not in log
