"""A payment in an app on a mobile phone: the gateway finishes it and tells; the buyer comes back before, after, or never."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import Buyer, fresh, ordered, tell
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from shop.models import Line, Order, Product
from xpayclient.django import mobile, phones, refunds, signals
from xpayclient.django.models import State

ANDROID = "Mozilla/5.0 (Linux; Android 15; SM-S931N) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Mobile/15E148 Safari/604.1"
TID = "tlgda2026112312000000007"
# What a note says of the buyer and the goods: every name, empty where the shop sent nothing.
EMPTY = [
    "BUYER", "BUYERID", "BUYERIP", "BUYERPHONE", "BUYEREMAIL", "BUYERADDRESS", "BUYERSSN", "PRODUCTINFO", "PRODUCTCODE",
    "RECEIVER", "RECEIVERPHONE", "DELIVERYINFO",
]  # fmt: skip


@pytest.fixture
def note(notice):
    """The body of a note of a payment by card, signed like the gateway's."""

    def made(payment, **changes):
        of_an_account = dict.fromkeys(("LGD_CASTAMOUNT", "LGD_CASCAMOUNT"), "")
        fields = {"LGD_TID": TID, "LGD_PAYTYPE": "SC0010", "LGD_FINANCECODE": "41", "LGD_FINANCENAME": "신한"}
        fields |= {"LGD_FINANCEAUTHNUM": "12345678", **{f"LGD_{name}": "" for name in EMPTY}, **of_an_account}
        return notice(payment, flag="", seqno="", **(fields | changes))

    return made


def noted(body):
    return tell(body, "mobile_noteurl")


def says(answer, wanted):
    return answer.status_code == 200 and answer.content == wanted and not answer.cookies


def on_a_phone(gateway, agent=ANDROID):
    return Buyer(gateway, headers={"user-agent": agent})


@pytest.fixture
def phone(gateway):
    return on_a_phone(gateway)


def links(phone, payment):
    """Where the app sends the buyer: back, and back without having paid."""
    base = f"/xpay/mobile/{payment.oid}/{phones.ticket(payment.oid)}/"
    page = phone.get(f"{payment.get_absolute_url()}?again").text
    assert f'value="http://testserver{base}"' in page
    return base, f"{base}cancel/"


@pytest.mark.parametrize(("agent", "app"), [(ANDROID, "A"), (IPHONE, "N")])
def test_the_window_of_a_phone_carries_the_urls(gateway, order, agent, app):
    phone = on_a_phone(gateway, agent)
    page = phone.get(phone.begin(order).get_absolute_url()).text
    for means in ("KVPMISP", "MTRANSFER"):
        assert f'name="LGD_{means}NOTEURL" value="http://testserver/xpay/mobile_noteurl/"' in page
        assert f'name="LGD_{means}AUTOAPPYN" value="{app}"' in page
        assert f'name="LGD_{means}WAPURL" value="http://testserver/xpay/mobile/order-' in page
        assert f'name="LGD_{means}CANCELURL"' in page
    assert 'name="LGD_CUSTOM_ROLLBACK" value="Y"' in page and 'name="LGD_WINDOW_TYPE" value="submit"' in page


def test_no_other_window_carries_them(buyer, order):
    page = buyer.get(buyer.begin(order).get_absolute_url()).text
    assert "NOTEURL" not in page.replace("LGD_CASNOTEURL", "").replace("LGD_ENCODING_NOTEURL", "") and "ROLLBACK" not in page


def test_without_addresses_there_are_no_notes(phone, order, note, settings):
    """The window's return is signed like a note, and the buyer sees that signature: who sent it has to be known."""
    settings.XPAY = {name: value for name, value in settings.XPAY.items() if name != "NOTICE_ADDRESSES"}
    payment = phone.begin(order)
    page = phone.get(payment.get_absolute_url()).text
    assert "KVPMISP" not in page and "ROLLBACK" not in page and 'name="LGD_WINDOW_TYPE" value="iframe"' in page
    answer = noted(note(payment))
    assert answer.status_code == 403 and answer.content not in (b"OK", b"ROLLBACK") and fresh(payment).state == State.READY


@pytest.mark.parametrize(("networks", "is_taken"), [(["192.0.2.0/24"], False), (["192.0.2.7", "127.0.0.0/8"], True)])
def test_only_the_gateways_addresses_are_heard(phone, order, note, settings, caplog, networks, is_taken):
    settings.XPAY = settings.XPAY | {"NOTICE_ADDRESSES": networks}
    payment = phone.begin(order)
    assert says(noted(note(payment)), b"OK") == is_taken
    assert fresh(payment).state == (State.PAID if is_taken else State.READY)
    assert ("127.0.0.1 is not in XPAY['NOTICE_ADDRESSES']" in caplog.text) != is_taken


def test_a_note_pays_the_order(phone, order, mug, note):
    heard = []

    def hear(result, **_):
        heard.append((result.tid, result.amount, result.get("LGD_FINANCEAUTHNUM")))

    payment = phone.begin(order)
    signals.payment_approved.connect(hear)
    try:
        assert says(noted(note(payment)), b"OK")
    finally:
        signals.payment_approved.disconnect(hear)
    payment = fresh(payment)
    assert (payment.state, payment.balance, payment.tid, payment.means) == (State.PAID, 23400, TID, "SC0010")
    assert payment.approval_number == "12345678" and heard == [(TID, 23400, "12345678")]
    assert fresh(order).state == Order.State.PAID and fresh(mug).stock == 4
    entry = payment.notices.get()
    assert (entry.flag, entry.fate, entry.before, entry.after) == ("M", "booked", "ready", "paid")
    assert 'data-state="paid"' in phone.get(payment.get_absolute_url()).text


def test_a_buyer_who_comes_back_from_a_payment_as_cancelled_is_logged(phone, order, note, caplog):
    """So it looks from here if the OK was lost: then the gateway has taken back what is booked."""
    payment = phone.begin(order)
    _, cancelled = links(phone, payment)
    phone.get(cancelled)
    assert "OK may be lost" not in caplog.text
    assert says(noted(note(payment)), b"OK")
    phone.get(cancelled)
    assert f"{payment.oid} is paid" in caplog.text and fresh(payment).state == State.PAID


def test_repeated_it_is_answered_alike_and_booked_once(phone, order, mug, note):
    payment = phone.begin(order)
    assert all(says(noted(note(payment)), b"OK") for _ in range(4))
    assert payment.notices.get().deliveries == 4 and fresh(mug).stock == 4


def test_sixteen_at_once_pay_once(phone, order, mug, note):
    payment = phone.begin(order)
    body = note(payment)

    def deliver(_):
        try:
            return noted(body)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(deliver, range(16)))
    assert all(says(answer, b"OK") for answer in answers), [answer.content for answer in answers]
    assert fresh(payment).state == State.PAID and fresh(mug).stock == 4


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"LGD_AMOUNT": "100"}, 403),
        ({"LGD_OID": "nobody-s"}, 404),
        ({"LGD_MID": "tnobody"}, 403),
        ({"LGD_HASHDATA": "0" * 32}, 403),
        ({"key": "0" * 32}, 403),
        ({"LGD_CASFLAG": "I", "LGD_PAYTYPE": "SC0040", "LGD_CASTAMOUNT": "23400", "LGD_CASCAMOUNT": "23400"}, 400),
    ],
)
def test_a_forged_note_gets_neither_answer(phone, order, note, changes, status):
    payment = phone.begin(order)
    answer = noted(note(payment, **changes))
    assert answer.status_code == status and answer.content not in (b"OK", b"ROLLBACK")
    assert fresh(payment).state == State.READY and not payment.notices.exists()


def test_what_the_shop_refuses_is_taken_back_and_stays_so(phone, order, mug, note):
    """A note that comes again may not book what the gateway has taken back."""
    payment = phone.begin(order)
    Product.objects.update(stock=0)
    assert says(noted(note(payment)), b"ROLLBACK")
    assert fresh(payment).state == State.FAILED and fresh(order).state == Order.State.NEW
    page = phone.get(payment.get_absolute_url()).text
    assert "품절" in page and "청구되지 않" in page
    Product.objects.update(stock=5)
    assert says(noted(note(payment)), b"ROLLBACK")
    assert fresh(payment).state == State.FAILED and fresh(mug).stock == 5
    entry = payment.notices.get()
    assert (entry.fate, entry.deliveries) == ("refused", 2) and "품절" in entry.reason


def test_a_receiver_that_fails_takes_it_back(phone, order, note, caplog):
    def fails(order, **_):
        Order.objects.update(buyer="changed")
        raise RuntimeError("of the buyer 홍길동")

    payment = phone.begin(order)
    signals.payment_approved.connect(fails)
    try:
        assert says(noted(note(payment)), b"ROLLBACK")
    finally:
        signals.payment_approved.disconnect(fails)
    assert fresh(payment).state == State.FAILED and fresh(order).buyer == "홍길동"
    assert payment.notices.get().reason == "RuntimeError" and "could not be booked" in caplog.text


def test_where_nothing_can_be_written_there_is_no_answer(phone, order, note, monkeypatch):
    payment = phone.begin(order)

    def broken(*_):
        raise RuntimeError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(mobile, "_recorded", broken)
        patch.setattr(mobile, "_refused", broken)
        answer = noted(note(payment))
        assert answer.status_code == 500 and answer.content not in (b"OK", b"ROLLBACK")
    assert fresh(payment).state == State.READY


def test_a_commit_that_was_done_after_all_is_answered_ok(phone, order, note, monkeypatch):
    payment = phone.begin(order)
    change = mobile.ledger.change

    class Lost:
        """The first commit is done, and its answer is lost on the way."""

        def __init__(self, pk):
            self._inner = change(pk)

        def __enter__(self):
            monkeypatch.setattr(mobile.ledger, "change", change)
            return self._inner.__enter__()

        def __exit__(self, *error):
            self._inner.__exit__(*error)
            raise ConnectionError("the database went away")

    monkeypatch.setattr(mobile.ledger, "change", Lost)
    assert says(noted(note(payment)), b"OK")
    assert fresh(payment).state == State.PAID and fresh(order).state == Order.State.PAID


def test_an_order_that_changed_is_taken_back(phone, order, note):
    payment = phone.begin(order)
    Line.objects.update(quantity=2)
    assert says(noted(note(payment)), b"ROLLBACK") and fresh(payment).state == State.FAILED


def test_a_second_payment_of_the_order_is_taken_back(phone, order, note):
    """She paid by card in one tab, and in the app in another, of this payment or of one that was begun before."""
    other = phone.begin(order, "account")
    card = phone.begin(order, "card")
    phone.payres(card, phone.agree(card))
    assert fresh(card).state == State.PAID
    assert says(noted(note(card)), b"ROLLBACK")
    assert says(noted(note(other, LGD_TID="tlgda2026112312000000008")), b"ROLLBACK")
    assert (fresh(card).state, fresh(card).balance) == (State.PAID, 23400)
    # What was booked from PaymentByKey stands, should the gateway tell it once more.
    assert says(noted(note(card, LGD_TID=fresh(card).tid)), b"OK")


@pytest.mark.parametrize("state", [State.PAYING, State.DOUBT])
def test_while_another_is_not_settled_nothing_is_decided(phone, order, note, state):
    payment = phone.begin(order)
    type(payment).objects.filter(pk=payment.pk).update(state=state, tx_id="some-tx")
    answer = noted(note(payment))
    assert answer.status_code == 409 and answer.content not in (b"OK", b"ROLLBACK") and not payment.notices.exists()


def test_a_failure_in_the_app_lets_the_buyer_try_again(phone, order, note):
    payment = phone.begin(order)
    phone.get(links(phone, payment)[0])
    failure = note(payment, LGD_RESPCODE="9999", LGD_RESPMSG="한도 초과", LGD_TID="")
    assert says(noted(failure), b"OK") and says(noted(failure), b"OK")
    page = phone.get(payment.get_absolute_url()).text
    assert 'id="xpay-pay"' in page and "한도 초과" in page and "9999" in page
    assert says(noted(note(payment)), b"OK") and fresh(payment).state == State.PAID
    assert says(noted(failure), b"OK") and fresh(payment).message == ""


def test_back_before_the_note_and_after_it(phone, order, note):
    payment = phone.begin(order)
    back, _ = links(phone, payment)
    page = phone.get(back, follow=True)
    assert "다시 결제하지 마십시오" in page.text and 'id="xpay-pay"' not in page.text and 'http-equiv="refresh"' in page.text
    assert 'id="xpay-pay"' in phone.get(f"{payment.get_absolute_url()}?again").text, "she did not pay there"
    noted(note(payment))
    for path in (payment.get_absolute_url(), back):
        assert 'data-state="paid"' in phone.get(path, follow=True).text


def test_back_in_another_browser(phone, gateway, order, note):
    payment = phone.begin(order)
    back, cancelled = links(phone, payment)
    stranger = Buyer(gateway)
    assert stranger.get(back.replace(phones.ticket(payment.oid), "0" * 64)).status_code == 404
    assert "이 브라우저에서는 결제를 이어갈 수 없습니다" in stranger.get(payment.get_absolute_url()).text
    assert "다시 결제하지 마십시오" in Buyer(gateway).get(back, follow=True).text
    assert 'id="xpay-pay"' in Buyer(gateway).get(cancelled, follow=True).text


def test_who_left_the_app_may_pay(phone, order):
    payment = phone.begin(order)
    back, cancelled = links(phone, payment)
    phone.get(back)
    page = phone.get(cancelled, follow=True).text
    assert 'id="xpay-pay"' in page and "결제창을 닫으셨습니다" in page


def test_the_doctor_names_who_came_back_without_a_note(phone, order):
    payment = phone.begin(order)
    phone.get(links(phone, payment)[0])
    type(payment).objects.update(back_at=timezone.now() - datetime.timedelta(hours=1))
    with pytest.raises(CommandError, match="to look at"):
        call_command("xpay_doctor")


def test_it_is_given_back_like_any_other(phone, gateway, order, note):
    """By the LGD_TID that the note named, which here no gateway knows."""
    payment = phone.begin(order)
    noted(note(payment))
    entry = refunds.cancel(fresh(payment), reason="test")
    assert not entry.is_booked and entry.tx_id and fresh(payment).state == State.PAID
    assert gateway.requests(entry.tx_id)[0]["parameters"]["LGD_TID"] == TID


def test_two_orders_do_not_share_a_payment(phone, mug, note):
    first, second = phone.begin(ordered(mug)), phone.begin(ordered(mug))
    assert says(noted(note(first)), b"OK")
    answer = noted(note(second))
    assert answer.content != b"OK" and fresh(second).state != State.PAID
