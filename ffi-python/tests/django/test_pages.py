"""What a buyer's pages say: to the session that began the payment, to one that did not or was lost, in both languages."""

import datetime

import pytest
from conftest import Buyer, fresh, handed_on, ordered, tell
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from shop.models import Line, Order
from xpayclient.django import cards, mobile, paying, phones
from xpayclient.django.models import KeptCard, Payment, State

DO_NOT = "다시 결제하지 마십시오"
ELSEWHERE = "이 브라우저에서는 결제를 이어갈 수 없습니다"
NOTHING = "이 화면에서 청구된 금액은 없습니다"


def says_nothing_of(payment, page):
    """Not of the order either: its address may be all that protects it."""
    return not any(detail in page.text for detail in (payment.oid, payment.order.get_absolute_url(), "23,400", "머그컵"))


def begun(visitor, order):
    """The payment that this session is led to."""
    url = visitor.post(f"/orders/{order.token}/pay/", {"means": "card"}).url
    return Payment.objects.get(oid=url.split("/")[-2])


def forgets(visitor):
    """The session is gone: another browser, a private window, a cookie that was blocked."""
    visitor.cookies.clear()


@pytest.fixture
def stranger(gateway):
    return Buyer(gateway)


def test_nobody_else_sees_or_pays_it(gateway, buyer, stranger, order, caplog):
    payment = buyer.begin(order)
    for page in (stranger.get(payment.get_absolute_url()), stranger.payres(payment, buyer.agree(payment))):
        assert page.status_code == 403 and ELSEWHERE in page.text and NOTHING in page.text
        assert says_nothing_of(payment, page) and not page.cookies
    assert gateway.payment(payment.oid) is None and fresh(payment).state == State.READY
    assert f"payres: {payment.oid} was not paid: this session did not begin it" in caplog.text


@pytest.mark.parametrize("state", [State.PAYING, State.DOUBT, State.WAITING, State.PAID])
def test_nobody_else_is_told_to_pay_again_or_more(buyer, stranger, order, state):
    payment = buyer.begin(order)
    paid = {"balance": 23400, "tid": "some-tid"} if state == State.PAID else {"tid": "some-tid"}
    Payment.objects.filter(pk=payment.pk).update(state=state, account="123-456", **paid)
    posted = {"LGD_OID": payment.oid, "LGD_PAYKEY": ""}
    for page in (stranger.get(payment.get_absolute_url()), stranger.post("/xpay/payres/", posted)):
        assert page.status_code == 403 and page.text.count(DO_NOT) == 1 and NOTHING in page.text
        assert ELSEWHERE not in page.text and "123-456" not in page.text and says_nothing_of(payment, page)


def test_begin_shows_no_session_the_payment_of_another(buyer, stranger, order):
    """The shop's page begins whatever is posted to it: the result is the first one's."""
    paid = buyer.buy(order)
    answer = stranger.post(f"/orders/{order.token}/pay/", {"means": "card"})
    page = stranger.get(answer.url)
    assert answer.url == paid.get_absolute_url() and page.status_code == 403
    assert DO_NOT in page.text and says_nothing_of(paid, page)
    assert 'data-state="paid"' in buyer.get(answer.url).text and Payment.objects.count() == 1


def test_a_payment_that_another_session_only_began_is_not_shared(buyer, stranger, order):
    mine, theirs = begun(buyer, order), begun(stranger, order)
    assert mine != theirs and begun(buyer, order) == mine and begun(stranger, order) == theirs
    buyer.payres(mine, buyer.agree(mine))
    page = stranger.get(theirs.get_absolute_url())
    assert DO_NOT in page.text and 'id="xpay-pay"' not in page.text and 'data-state="ready"' in page.text
    assert stranger.payres(theirs, stranger.agree(theirs)).status_code == 302
    assert (fresh(mine).state, fresh(theirs).state) == (State.PAID, State.FAILED)
    assert "다른 결제로" in stranger.get(theirs.get_absolute_url()).text, "it is not offered to pay once more"


def test_a_session_that_is_lost_in_mid_payment(gateway, buyer, order, caplog):
    """Between the window and payres. It gets a page and may begin anew."""
    payment = buyer.begin(order)
    envelope = handed_on(buyer.come_back(payment, buyer.agree(payment)))
    forgets(buyer)
    page = buyer.post("/xpay/payres/", {"LGD_OID": payment.oid, "LGD_PAYKEY": envelope})
    assert page.status_code == 403 and NOTHING in page.text and 'href="/"' in page.text and "청구된" in page.text
    assert envelope not in page.text and gateway.payment(payment.oid) is None
    assert buyer.buy(order).state == State.PAID


def test_payres_of_a_payment_that_does_not_exist(stranger):
    for oid in ("", "nobody-s", "x" * 500):
        page = stranger.post("/xpay/payres/", {"LGD_OID": oid, "LGD_PAYKEY": "x"})
        assert page.status_code == 403 and NOTHING in page.text


def test_a_session_that_is_lost_while_an_app_pays(buyer, order):
    """Back from the app, and no notification yet: nobody knows, so nobody says that she may pay."""
    payment = buyer.begin(order)
    mobile.is_back(payment)
    forgets(buyer)
    page = buyer.get(payment.get_absolute_url())
    assert DO_NOT in page.text and ELSEWHERE not in page.text


def test_a_login_keeps_what_the_session_began_and_a_logout_ends_it(buyer, order):
    """The key of a session changes at a login; at a logout nothing of it is left for the next at this machine."""
    user = User.objects.create_user("hong", password="a horse of wood")
    payment = buyer.buy(order)
    before = buyer.cookies["sessionid"].value
    buyer.post("/login/", {"username": "hong", "password": "a horse of wood"})
    assert buyer.cookies["sessionid"].value != before and buyer.session["_auth_user_id"] == str(user.pk)
    assert 'data-state="paid"' in buyer.get(payment.get_absolute_url()).text
    buyer.post("/logout/")
    assert says_nothing_of(payment, buyer.get(payment.get_absolute_url()))


def test_a_second_device_sees_what_the_shop_lets_it_see(buyer, stranger, order, rf):
    """The shop knows whose order it is."""
    payment = buyer.buy(order)
    request = rf.get("/")
    request.session = stranger.session
    assert not paying.is_owner(request, payment)
    paying.remember(request, payment)
    assert paying.is_owner(request, payment)


def test_a_kept_cards_user_sees_its_payments_on_every_device(gateway, buyer, order, mug):
    user, other = (User.objects.create_user(name) for name in ("hong", "kim"))
    card = KeptCard.objects.create(user=user, mid="tlgdacomxpay", billing_key="0" * 20)
    payment = cards.charge(card, order)
    for who, is_shown in ((user, True), (other, False), (None, False)):
        visitor = Buyer(gateway)
        if who:
            visitor.force_login(who)
        assert (visitor.get(payment.get_absolute_url()).status_code == 200) == is_shown
    # The card does not open what somebody else pays in the window.
    theirs = ordered(mug)
    paid = buyer.buy(theirs)
    member = Buyer(gateway)
    member.force_login(user)
    member.post(f"/orders/{theirs.token}/pay/", {"means": str(card.pk)})
    assert member.get(paid.get_absolute_url()).status_code == 403


def test_a_ticket_of_an_app_opens_one_payment_in_any_browser(gateway, buyer, stranger, order, mug):
    mine, other = buyer.begin(order), buyer.begin(ordered(mug))
    stranger.get(f"/xpay/mobile/{mine.oid}/{phones.ticket(mine.oid)}/")
    assert stranger.get(mine.get_absolute_url()).status_code == 200
    assert stranger.get(other.get_absolute_url()).status_code == 403
    assert stranger.get(f"/xpay/mobile/{other.oid}/{phones.ticket(mine.oid)}/").status_code == 404


def test_a_failure_in_words_with_a_way_on(buyer, order):
    payment = buyer.begin(order)
    buyer.payres(payment, "0" * 40)
    failed = fresh(payment)
    page = buyer.get(failed.get_absolute_url()).text
    assert failed.message in page and "청구되지 않" in page and f'<small id="reason">({failed.code})</small>' in page
    assert f'href="{order.get_absolute_url()}">주문에서 다시 결제하기' in page and "LGD_TID" not in page
    Payment.objects.update(message="", code="")
    page = buyer.get(failed.get_absolute_url()).text
    assert "결제되지 않았습니다" in page and 'id="reason"' not in page
    Line.objects.all().delete()
    Order.objects.all().delete()
    page = buyer.get(failed.get_absolute_url()).text
    assert 'id="shop" href="/"' in page and "다시 결제하기" not in page


@pytest.mark.parametrize("zone", ["Asia/Seoul", "UTC", "America/New_York"])
def test_where_and_until_when_to_pay_in(buyer, order, settings, zone):
    """In Korean time, as the window's request said it, not as the time of the answer would have it."""
    settings.TIME_ZONE = zone
    payment = buyer.begin(order, "account")
    page = buyer.get(payment.get_absolute_url()).text
    closing = page.split('name="LGD_CLOSEDATE" value="')[1][:14]
    again = buyer.get(payment.get_absolute_url()).text
    assert f'name="LGD_CLOSEDATE" value="{closing}"' in again, "two windows of one payment agree"
    buyer.payres(payment, buyer.agree(payment))
    payment, page = fresh(payment), buyer.get(payment.get_absolute_url()).text
    at = datetime.datetime.strptime(closing, "%Y%m%d%H%M%S")
    assert f"{at:%Y}년 {at.month}월 {at.day}일 {at:%H:%M} (한국 시각)" in page
    assert payment.institution in page and f'id="account">{payment.account}<' in page and "<strong>23,400원</strong>" in page


def test_a_window_of_yesterday_gets_another_deadline(buyer, order):
    payment = buyer.begin(order)
    buyer.get(payment.get_absolute_url())
    first = fresh(payment).pay_by
    Payment.objects.update(pay_by=first - datetime.timedelta(days=2))
    buyer.get(payment.get_absolute_url())
    assert fresh(payment).pay_by >= first
    buyer.payres(payment, buyer.agree(payment))
    assert fresh(payment).state == State.PAID and fresh(payment).pay_by is None, "a card has none"


def test_money_that_went_back(buyer, order):
    payment = buyer.buy(order)
    Payment.objects.update(balance=20000)
    page = buyer.get(payment.get_absolute_url()).text
    assert 'id="balance">20,000원' in page and f'<span id="LGD_TID">{payment.tid}</span></small>' in page
    Payment.objects.update(balance=0, state=State.CANCELLED)
    assert "환불했습니다" in buyer.get(payment.get_absolute_url()).text


def test_without_javascript_there_are_words(gateway, buyer, order):
    page = buyer.get(buyer.begin(order).get_absolute_url()).text
    assert "<noscript>" in page and "자바스크립트가 필요합니다" in page
    member = Buyer(gateway)
    member.force_login(User.objects.create_user("hong"))
    assert "자바스크립트가 필요합니다" in member.get(reverse("xpay:cards")).text


@pytest.mark.parametrize(("language", "words"), [("ko", "결제하기"), ("en-us", ">Pay<"), ("en", ">Pay<")])
def test_the_language_is_the_projects_where_no_browser_is_asked(gateway, order, settings, language, words):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "Locale" not in name]
    settings.LANGUAGE_CODE = language
    translation.deactivate()
    visitor = Buyer(gateway)
    page = visitor.get(visitor.begin(order).get_absolute_url()).text
    assert words in page and f'<html lang="{language}">' in page


@pytest.mark.parametrize("page", ["cas_noteurl", "mobile_noteurl"])
@pytest.mark.parametrize("changes", [{"LGD_HASHDATA": "0" * 32}, {"key": "0" * 32}, {"LGD_AMOUNT": "1"}, {}])
def test_who_floods_with_forged_notifications_locks_nothing(buyer, order, notice, page, changes):
    """A lock is an UPDATE here. A genuine one takes it."""
    payment = buyer.buy(order, "account") if page == "cas_noteurl" else buyer.begin(order)
    payment.tid = payment.tid or "tlgda2026112312000000007"
    of_an_app = {"flag": "", "seqno": "", "LGD_CASTAMOUNT": "", "LGD_CASCAMOUNT": "", "LGD_PAYTYPE": "SC0010"}
    body = notice(payment, **((of_an_app if page == "mobile_noteurl" else {}) | changes))
    with CaptureQueriesContext(connection) as asked:
        answer = tell(body, page)
    assert answer.status_code == (403 if changes else 200)
    verbs = [query["sql"].split()[0] for query in asked]
    assert "UPDATE" in verbs if not changes else verbs == ["SELECT"]
