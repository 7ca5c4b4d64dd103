"""Virtual accounts: R, I and C in turn, out of turn, again and again, at once, and forged."""

import datetime
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import fresh, payment_of, tell
from django.core.signals import got_request_exception
from django.db import IntegrityError, connection, transaction
from django.views.debug import ExceptionReporter
from gateway import until
from shop.models import Line, Order
from xpayclient.django import paying, signals
from xpayclient.django.models import Notice, State
from xpayclient.results import KST


@pytest.fixture
def account(buyer, order):
    payment = buyer.buy(order, means="account")
    assert payment.state == State.WAITING and payment.account and payment.balance == 0
    return payment


def ok(answer):
    return answer.status_code == 200 and answer.content == b"OK"


def stands(payment):
    payment = fresh(payment)
    return payment.state, payment.balance, payment.order.state


def test_given_out_paid_in_taken_back_and_paid_in_again(account, notice, order):
    assert fresh(order).state == Order.State.WAITING
    assert ok(tell(notice(account, "R"))) and stands(account) == ("waiting", 0, "waiting")
    assert ok(tell(notice(account, "I"))) and stands(account) == ("paid", 23400, "paid")
    assert ok(tell(notice(account, "C"))) and stands(account) == ("waiting", 0, "waiting")
    assert ok(tell(notice(account, "I", "002"))) and stands(account) == ("paid", 23400, "paid")
    kept = account.notices.values_list("flag", "seqno", "fate", "before", "after")
    assert list(kept) == [
        ("R", "001", "noted", "waiting", "waiting"),
        ("I", "001", "booked", "waiting", "paid"),
        ("C", "001", "booked", "paid", "waiting"),
        ("I", "002", "booked", "waiting", "paid"),
    ]


def test_a_bank_that_numbers_no_deposits(account, notice):
    told = [("I", "20261123120000", "paid"), ("C", "20261123120500", "waiting"), ("I", "20261123121000", "paid")]
    for flag, at, state in told:
        for _ in range(2):
            assert ok(tell(notice(account, flag, "000", LGD_PAYDATE=at))) and stands(account)[0] == state
    assert list(account.notices.values_list("flag", "deliveries")) == [("I", 2), ("C", 2), ("I", 2)]


def test_rows_of_an_earlier_version_have_no_date(account, notice):
    """What was booked before an upgrade comes once more after it; then money comes again."""
    assert ok(tell(notice(account, "I", "000"))) and ok(tell(notice(account, "C", "000")))
    at = datetime.datetime(2026, 11, 23, 12, 1, tzinfo=KST)
    account.notices.update(pay_date="", first_at=at)
    for flag in ("I", "C"):
        assert ok(tell(notice(account, flag, "000"))) and stands(account)[0] == "waiting"
    assert list(account.notices.values_list("flag", "deliveries")) == [("I", 2), ("C", 2)]
    account.notices.update(pay_date="")
    later = {"LGD_PAYDATE": "20261123130000"}
    assert ok(tell(notice(account, "I", "000", **later))) and stands(account)[:2] == ("paid", 23400)


def test_the_answer_is_two_bytes_and_sets_no_cookie(account, notice):
    answer = tell(notice(account))
    assert answer.content == b"OK" and answer["Content-Type"] == "text/plain; charset=utf-8" and not answer.cookies


def test_deposits_come_from_the_gateways_addresses_where_they_are_known(account, notice, settings):
    known = settings.XPAY | {"NOTICE_ADDRESSES": ["192.0.2.0/24"]}
    settings.XPAY = known
    assert tell(notice(account)).status_code == 403 and stands(account)[0] == "waiting"
    settings.XPAY = known | {"NOTICE_ADDRESSES": []}
    assert ok(tell(notice(account))) and stands(account)[0] == "paid"


def test_who_waits_for_a_deposit_does_not_see_lgd_tid(account, buyer, notice):
    """It is what a buyer, who sees the signature of her window's return, would need to forge a notification."""
    pages = (account.get_absolute_url(), account.order.get_absolute_url())
    assert not any(account.tid in buyer.get(page).text for page in pages)
    tell(notice(account))
    assert all(account.tid in buyer.get(page).text for page in pages)


def test_every_name_is_there_and_most_are_empty(account, notice):
    """As the gateway sends it: also what the shop has never sent."""
    names = ["BUYERPHONE", "BUYEREMAIL", "BUYERADDRESS", "BUYERSSN", "PRODUCTCODE", "RECEIVER", "RECEIVERPHONE", "DELIVERYINFO"]
    empty = {f"LGD_{name}": "" for name in [*names, "CASHRECEIPTNUM", "CASHRECEIPTKIND", "FINANCEAUTHNUM", "PAYER"]}
    answer = tell(notice(account, **empty, LGD_BUYER="홍길동", LGD_PRODUCTINFO="머그컵"))
    assert answer.content == b"OK" and stands(account) == ("paid", 23400, "paid")


def test_what_comes_again_is_booked_once(account, notice):
    for _ in range(4):
        assert ok(tell(notice(account)))
    assert account.notices.get().deliveries == 4 and stands(account)[:2] == ("paid", 23400)
    assert ok(tell(notice(account, "C")))
    # The old deposit once more, since our OK did not arrive: it was booked, and is not booked again.
    assert ok(tell(notice(account))) and stands(account)[:2] == ("waiting", 0)


def test_out_of_turn_it_is_refused_until_its_turn_comes(account, notice):
    early = tell(notice(account, "C"))
    assert early.status_code == 409 and stands(account)[0] == "waiting"
    assert account.notices.get().fate == "refused" and "C" in account.notices.get().reason
    assert ok(tell(notice(account, "I")))
    assert tell(notice(account, "I", "002")).status_code == 409 and stands(account)[:2] == ("paid", 23400)
    assert tell(notice(account, "C", "002")).status_code == 409, "of a deposit that did not pay it"
    assert ok(tell(notice(account, "C"))) and stands(account)[0] == "waiting"
    assert ok(tell(notice(account, "I", "002"))) and stands(account)[0] == "paid"


def test_before_the_account_is_booked(buyer, order, notice):
    payment = buyer.begin(order, "account")
    payment.tid = "tlgda2026112312000000001"
    assert tell(notice(payment, "I")).status_code == 409
    assert ok(tell(notice(payment, "R"))), "it changes nothing"
    assert fresh(payment).state == State.READY


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"LGD_AMOUNT": "100", "LGD_CASTAMOUNT": "100"}, 403),
        ({"LGD_TID": "tlgda2026112312000000009"}, 403),
        ({"LGD_OID": "nobody-s"}, 404),
        ({"LGD_MID": "tnobody"}, 403),
        ({"LGD_HASHDATA": "0" * 32}, 403),
        ({"key": "0" * 32}, 403),
        ({"LGD_CASFLAG": "X"}, 403),
        ({"LGD_CASTAMOUNT": "100"}, 422),
    ],
)
def test_forged_or_unfit(account, notice, changes, status):
    answer = tell(notice(account, **changes))
    assert answer.status_code == status and answer.content != b"OK" and stands(account)[:2] == ("waiting", 0)
    assert Notice.objects.exclude(fate="refused").count() == 0
    assert ok(tell(notice(account)))


def test_the_signature_is_of_the_orders_amount(account, notice):
    """LGD_OID + LGD_AMOUNT have no mark between them: what moves a digit from one to the other has the same signature."""
    moved = notice(account, LGD_OID=account.oid + "2", LGD_AMOUNT="3400")
    assert tell(moved).status_code == 404
    genuine = notice(account).decode()
    swapped = genuine.replace(f"LGD_OID={account.oid}", f"LGD_OID={account.oid[:-1]}")
    swapped = swapped.replace("LGD_AMOUNT=23400", f"LGD_AMOUNT={account.oid[-1]}23400")
    assert tell(swapped.encode()).status_code in (403, 404) and stands(account)[0] == "waiting"


def test_what_is_no_notice(account):
    for body in (b"", b"LGD_OID=%zz", b"LGD_OID=a&LGD_OID=b", b"x" * 70000):
        assert tell(body).status_code in (400, 404)


def test_a_failed_one_changes_nothing(account, notice):
    assert ok(tell(notice(account, LGD_RESPCODE="9999"))) and stands(account)[0] == "waiting"


def test_an_order_that_costs_something_else_by_now(account, notice):
    Line.objects.update(quantity=2)
    assert tell(notice(account)).status_code == 409 and stands(account)[0] == "waiting"
    Line.objects.update(quantity=1)
    assert ok(tell(notice(account)))


def test_a_receiver_that_fails_books_nothing(account, notice):
    def fails(**_):
        raise RuntimeError("not now")

    signals.deposit_received.connect(fails)
    try:
        assert tell(notice(account)).status_code == 500
    finally:
        signals.deposit_received.disconnect(fails)
    assert stands(account) == ("waiting", 0, "waiting") and not account.notices.exists()
    assert ok(tell(notice(account))) and stands(account)[2] == "paid"


def test_an_error_report_has_nothing_of_the_buyer(account, notice):
    # Not in one piece: the report shows this source, too.
    reports, phone = [], "-".join(("010", "9876", "5432"))

    def report(request, **_):
        reports.append(ExceptionReporter(request, *sys.exc_info()).get_traceback_html())

    def fails(**_):
        raise RuntimeError("not now")

    got_request_exception.connect(report)
    signals.deposit_received.connect(fails)
    try:
        assert tell(notice(account, LGD_BUYERPHONE=phone)).status_code == 500
    finally:
        signals.deposit_received.disconnect(fails)
        got_request_exception.disconnect(report)
    assert "not now" in reports[0] and phone not in reports[0]


def test_sixteen_at_once_credit_once(account, notice):
    credited = []

    def hear(payment, **_):
        credited.append(payment.oid)

    signals.deposit_received.connect(hear)
    body = notice(account)

    def deliver(_):
        try:
            return tell(body)
        finally:
            connection.close()

    try:
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(deliver, range(16)))
    finally:
        signals.deposit_received.disconnect(hear)
    assert all(map(ok, answers)), [answer.content for answer in answers]
    assert credited == [account.oid]
    assert account.notices.get().deliveries == 16 and stands(account) == ("paid", 23400, "paid")


def test_the_database_keeps_a_notice_once(account, notice):
    tell(notice(account))
    again = account.notices.get()
    again.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_the_sandboxs_own_notices(buyer, order, gateway, live_server):
    payment = buyer.begin(order, "account")
    paykey = buyer.agree(payment, casnoteurl=f"{live_server.url}/xpay/cas_noteurl/", encoding_noteurl="UTF-8")
    buyer.payres(payment, paykey)
    tid = fresh(payment).tid
    for path, state in [("/deposits", "paid"), ("/deposits/cancel", "waiting"), ("/deposits", "paid")]:
        gateway.ask(path, {"tid": tid})
        delivered(gateway, tid)
        assert stands(payment)[0] == state
    assert gateway.payment(payment.oid)["balance"] == 23400


def delivered(gateway, tid):
    """Waits until all notices of a payment were answered with OK."""

    def all_are():
        mine = [one for one in gateway.ask("/notices") if one["tid"] == tid]
        failed = [one for one in mine if one["attempts"] and one["state"] != "delivered"]
        assert not failed, failed
        return all(one["state"] == "delivered" for one in mine)

    until(all_are)


def test_an_account_that_nobody_paid_into_frees_its_order(account, order, buyer):
    assert buyer.begin(order, "card") == account, "not while it waits"
    account.pay_by = account.created_at.replace(year=2020)
    account.save()
    again = buyer.begin(order, "card")
    assert again != account and fresh(account).state == State.FAILED and fresh(order).state == Order.State.NEW
    assert payment_of(order).state == State.READY
    assert paying.pay(again, buyer.agree(again)).state == State.PAID
