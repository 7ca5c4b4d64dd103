"""The admin as a shop owner and her staff see it: words, links, buttons by permission, what waits for a person."""

import contextlib
import re

import pytest
from conftest import fresh, ordered, tell
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from shop.models import Line, Order, Product
from xpayclient import XPayError
from xpayclient.django import banks, conf, forms, paying, refunds, todo, wording
from xpayclient.django.models import Notice, Payment, State

LIST = "/admin/xpayclient/payment/"


@pytest.fixture
def merchant(client):
    client.force_login(User.objects.create_superuser("merchant", password="secret"))
    return client


@pytest.fixture
def clerk(client):
    """Who may look, and do nothing."""
    user = User.objects.create_user("clerk", password="secret", is_staff=True)
    may(user, "view_payment", "view_notice", "view_transaction")
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def refused(buyer, order, notice):
    """A notification of another amount than the payment's."""
    payment = buyer.buy(order, "account")
    assert tell(notice(payment, LGD_CASTAMOUNT="20000")).status_code == 422
    return Notice.objects.get()


@pytest.fixture
def in_doubt(buyer, gateway, order):
    """A refund of which nobody knows whether it was done."""
    payment = buyer.buy(order)
    gateway.ask("/faults", {"script": "Cancel close\nRollback before:close"})
    with pytest.raises(XPayError):
        refunds.cancel(payment, reason="변심")
    gateway.forget_faults()
    yield payment.transactions.get(kind="cancel")
    for one in conf.client().open_transactions():
        if one.is_open:
            conf.client().close_transaction(one.tx_id, "end of the test")


def may(user, *names):
    user.user_permissions.add(*Permission.objects.filter(codename__in=names))


def of(payment):
    return f"{LIST}{payment.pk}/change/"


def history(row):
    return [entry.change_message for entry in LogEntry.objects.filter(object_id=str(row.pk)).order_by("pk")]


def test_words_amounts_and_the_order(buyer, order, merchant):
    payment = buyer.buy(order)
    refunds.cancel(payment, 3400)
    listed, page = merchant.get(LIST).text, merchant.get(of(payment)).text
    for text in (listed, page):
        assert "23,400원" in text and "20,000원" in text and "신용카드" in text and "결제 완료" in text
        assert f'<a href="/admin/shop/order/{order.pk}/change/">주문 {order.pk}</a>' in text
    assert ">SC0010" not in listed + page and "23400" not in listed
    assert 'name="_save"' not in page and "저장" not in page
    assert "부분취소 3,400원" in page


def test_the_order_is_a_link_only_where_it_leads_somewhere(buyer, order, clerk):
    payment = buyer.buy(order)
    assert f'<a href="{order.get_absolute_url()}">주문' in clerk.get(LIST).text
    may(clerk.user, "view_order")
    assert f'<a href="/admin/shop/order/{order.pk}/change/">' in clerk.get(of(payment)).text


@pytest.fixture
def broken(buyer, order, monkeypatch):
    """Payments whose order is deleted, has a text that raises, has a key that is none, or a model that is gone."""
    product = order.lines.get().product
    buyer.buy(order)
    deleted, keyless, modelless, raising = (buyer.buy(ordered(product)) for _ in range(4))
    deleted.order.lines.all().delete()
    deleted.order.delete()
    Payment.objects.filter(pk=keyless.pk).update(object_id="a name")
    gone = ContentType.objects.create(app_label="shop", model="basket")
    Payment.objects.filter(pk=modelless.pk).update(content_type=gone)

    def text(self):
        if str(self.pk) == raising.object_id:
            raise RuntimeError("no text")
        return f"주문 {self.pk}"

    monkeypatch.setattr(Order, "__str__", text)
    monkeypatch.setattr(Order, "get_absolute_url", lambda _: 1 / 0)
    yield deleted, keyless, modelless, raising
    Payment.objects.filter(content_type=gone).update(content_type=ContentType.objects.get_for_model(Order))
    gone.delete()


def test_a_broken_order_breaks_no_page(broken, merchant):
    whole = Payment.objects.exclude(pk__in=[one.pk for one in broken]).get()
    listed = merchant.get(LIST)
    assert listed.status_code == 200 and whole.oid in listed.text and "(삭제됨)" in listed.text
    for payment in broken:
        assert payment.oid in listed.text and merchant.get(of(payment)).status_code == 200
        assert merchant.get(reverse("xpay:cancel", args=[payment.oid])).status_code == 200


def test_a_long_list_asks_the_database_no_oftener(buyer, order, merchant):
    product = order.lines.get().product
    payment = buyer.buy(order)
    counts = []
    for more in (3, 90):
        for number in range(more):
            payment.pk, payment.oid, payment.tid = None, f"copy-{more}-{number}", f"copy-{more}-{number}"
            payment.object_id = str(ordered(product).pk)
            payment._state.adding = True
            payment.save()
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert merchant.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20, counts


def test_a_payment_is_found_by_its_order(buyer, order, merchant, monkeypatch):
    from django.contrib import admin

    payment, other = buyer.buy(order), buyer.buy(ordered(order.lines.get().product))
    Order.objects.filter(pk=order.pk).update(buyer="김철수")
    monkeypatch.setattr(admin.site.get_model_admin(Order), "search_fields", ("buyer",))
    found = merchant.get(LIST, {"q": "김철수"}).text
    assert payment.oid in found and other.oid not in found
    assert other.oid in merchant.get(LIST, {"q": other.object_id}).text
    assert "가상계좌" in found and merchant.get(LIST, {"means": "SC0040"}).status_code == 200


def test_buttons_are_for_who_may_press_them(buyer, order, clerk):
    payment = buyer.buy(order)
    names = {"cancel_payment": "전액 환불", "register_delivery": "에스크로 배송등록"}
    for permission, button in names.items():
        assert button not in clerk.get(of(payment)).text and button not in clerk.get(LIST).text
        may(clerk.user, permission)
        assert button in clerk.get(of(payment)).text and button in clerk.get(LIST).text
    assert "현금영수증" not in re.search("xpay-buttons.*?</div>", clerk.get(of(payment)).text, re.DOTALL)[0]


def test_the_pages_button_refunds_and_comes_back(buyer, gateway, order, merchant):
    payment = buyer.buy(order)
    chosen = {"action": "cancel", "_selected_action": payment.pk, "on_page": "1"}
    asked = merchant.post(LIST, chosen).text
    form = {"confirmed": re.search('name="confirmed" value="([^"]*)"', asked)[1], "reason": "변심"}
    done = merchant.post(LIST, chosen | form, follow=True)
    assert done.redirect_chain[-1][0] == of(payment) and gateway.balance(payment.oid) == 0
    assert history(payment) == ["23,400원을 환불했습니다."]
    assert "23,400원을 환불했습니다" in merchant.get(f"{LIST}{payment.pk}/history/").text


def test_a_refused_notification_waits_until_somebody_has_seen_it(refused, clerk, capsys):
    page, listed = f"/admin/xpayclient/notice/{refused.pk}/change/", "/admin/xpayclient/notice/"
    chosen = {"action": "acknowledge", "_selected_action": refused.pk, "on_page": "1"}
    shown = clerk.get(page).text
    assert "입금액은 20,000원이며, 결제 금액은 23,400원입니다" in shown and "확인함으로 표시하기" not in shown
    clerk.post(listed, chosen)
    assert fresh(refused).seen_at is None
    may(clerk.user, "acknowledge_notice")
    assert "거절된 통보 1건" in clerk.get(LIST).text and "거절된 통보 1건" in clerk.get("/admin/xpayclient/").text
    with contextlib.suppress(Exception):
        call_command("xpay_doctor")
    assert "1 refused notices wait" in capsys.readouterr().out
    assert "확인함으로 표시하기" in clerk.get(page).text
    done = clerk.post(listed, chosen, follow=True)
    assert done.redirect_chain[-1][0] == page and "1건을 확인함으로 표시했습니다" in done.text
    assert fresh(refused).seen_by == clerk.user and fresh(refused).seen_at and history(refused) == ["확인함"]
    assert not todo.notices().exists() and "거절된 통보" not in clerk.get(LIST).text
    clerk.post(listed, chosen)
    assert history(refused) == ["확인함"]


def test_every_refusal_is_in_the_shop_owners_words(buyer, mug, notice):
    """What the ledger has of it is for the log, in English."""
    Product.objects.update(stock=20)

    def told(payment, *flag, page="cas_noteurl", **changes):
        tell(notice(payment, *flag, **changes), page)
        return wording.reason(Notice.objects.filter(payment=payment).last())

    def account():
        return buyer.buy(ordered(mug), "account")

    def noted(payment):
        of_none = dict.fromkeys(("LGD_CASTAMOUNT", "LGD_CASCAMOUNT", "LGD_CASFLAG"), "")
        return told(payment, "", "", page="mobile_noteurl", LGD_TID=f"note-{payment.pk}", LGD_PAYTYPE="SC0010", **of_none)

    said = [told(account(), LGD_CASTAMOUNT="20000"), told(account(), "C")]
    paid, in_parts, dearer, gone = (account() for _ in range(4))
    tell(notice(paid))
    said.append(told(paid, "C", "002"))
    tell(notice(in_parts))
    Payment.objects.filter(pk=in_parts.pk).update(balance=20000)
    said.append(told(in_parts, "C"))
    dearer.order.lines.update(price=30000)
    said.append(told(dearer))
    Line.objects.filter(order=gone.order).delete()
    gone.order.delete()
    said.append(told(gone))
    over, otherwise = buyer.begin(ordered(mug)), ordered(mug)
    over.order.lines.update(price=30000)
    said.append(noted(over))
    other = paying.new(otherwise)
    buyer.buy(otherwise)
    said.append(noted(other))
    assert len(set(said)) == 8 and all(re.search("[가-힣]", one) for one in said), said


def test_what_waits_comes_first(refused, buyer, order, notice, merchant):
    other = buyer.buy(ordered(order.lines.get().product), "account")
    tell(notice(other))
    listed = merchant.get("/admin/xpayclient/notice/").text
    assert listed.index(refused.payment.oid, listed.index("result_list")) < listed.index(other.oid)


@pytest.mark.parametrize(("decision", "left"), [("done", 0), ("not_done", 23400)])
def test_a_refund_in_doubt_is_decided_in_two_steps(in_doubt, clerk, decision, left):
    payment, page = in_doubt.payment, reverse("xpay:decide", args=[in_doubt.pk])
    may(clerk.user, "cancel_payment", "view_transaction")
    shown = clerk.get(of(payment)).text
    assert "상점관리자에서 LGD_OID를 조회" in shown and page not in shown and "전액 환불:" not in shown
    assert "다시 요청하십시오" not in shown, "one thing to do, and not another beside it"
    assert clerk.get(page).status_code == 403
    may(clerk.user, "settle_payment")
    assert page in clerk.get(of(payment)).text and payment.oid in clerk.get(LIST).text
    assert "결과불명" in clerk.get(page).text
    asked = clerk.post(page, {"decision": decision})
    assert "되돌릴 수 없습니다" in asked.text and fresh(in_doubt).outcome == "in_doubt"
    for status in (302, 200):
        assert clerk.post(page, {"decision": decision, "confirmed": ""}).status_code == status
    assert fresh(payment).balance == left and len(history(payment)) == 1
    assert "결정할 것이 없습니다" in clerk.get(page).text


def test_a_payment_that_was_made_before_is_decided_as_not_paid(buyer, gateway, order, merchant):
    payment = buyer.begin(order)
    paykey = buyer.agree(payment)
    unknown = conf.client().pay_by_key(paykey, 23400)
    buyer.payres(payment, paykey)
    page = reverse("xpay:decide", args=[payment.transactions.get().pk])
    shown = merchant.get(of(payment)).text
    assert payment.oid in merchant.get(LIST).text and page in shown
    assert fresh(payment).pay_by and "입금 기한" not in shown, "there is no account"
    merchant.post(page, {"decision": "done", "confirmed": ""})
    assert fresh(payment).state == State.DOUBT
    conf.client().cancel(unknown.tid)
    assert "결제되지 않은 것으로 저장했습니다" in merchant.post(page, {"decision": "not_done", "confirmed": ""}, follow=True).text
    assert fresh(payment).state == State.FAILED and buyer.buy(order).state == State.PAID


def test_what_is_being_sent_is_not_decided(in_doubt, merchant):
    """Another host's, a moment ago: its answer may still come."""
    conf.client().close_transaction(in_doubt.tx_id, "as if it were another host's")
    in_doubt.outcome = "sent"
    in_doubt.save()
    page = reverse("xpay:decide", args=[in_doubt.pk])
    merchant.post(page, {"decision": "done", "confirmed": ""})
    assert "결정할 것이 없습니다" in merchant.get(page).text and fresh(in_doubt.payment).balance == 23400


def test_the_merchants_pages_stand_in_the_admin_for_staff_alone(buyer, order, client):
    page = reverse("xpay:cancel", args=[buyer.buy(order).oid])
    user = User.objects.create_user("partner", password="secret")
    may(user, "cancel_payment")
    client.force_login(user)
    assert "in-admin" not in client.get(page).text
    User.objects.filter(pk=user.pk).update(is_staff=True)
    assert "in-admin" in client.get(page).text


def test_todays_banks_are_there_and_none_is_chosen():
    codes = [code for code, _ in [*banks.GATEWAYS, *banks.COMMON]]
    assert {"089", "090", "092", "088"} <= set(codes) and len(codes) == len(set(codes))
    assert forms.BANKS[0][0] == "" and "005" not in codes


def test_in_english(buyer, order, merchant):
    payment = buyer.buy(order)
    english = {"accept-language": "en"}
    with translation.override("en"):
        asked = merchant.post(
            reverse("xpay:cancel", args=[payment.oid]), {"amount": 3400, "reason": "a scratch"}, headers=english
        )
        assert "Refund 3,400 won" in asked.text
        for page in (LIST, of(payment), "/admin/xpayclient/", reverse("xpay:receipt", args=[payment.oid])):
            text = merchant.get(page, headers=english).text
            # The shop's own words, and the gateway's.
            assert not re.findall("[가-힣]+", re.sub(r"주문|신한|성공|상점|상품", "", text)), page
