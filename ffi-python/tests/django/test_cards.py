"""Cards that are kept: added by the buyer's own session and no other, charged once for an order, given up; the key seen nowhere."""

import secrets
import signal
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from conftest import Buyer, fresh, ordered, post_form
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from shop.models import Line, Order, Product
from xpayclient import Card
from xpayclient.django import cards, conf, refunds, signals
from xpayclient.django.models import KeptCard, Payment, State

CARD = Card("4330123412341235", "27", "12", pin="12", private_no="900101")

DIES_BEFORE_THE_COMMIT = """
    from shop.models import Order
    from xpayclient.django import cards, signals
    from xpayclient.django.models import KeptCard
    signals.payment_approved.connect(lambda **_: os.kill(os.getpid(), signal.SIGKILL), weak=False)
    cards.charge(KeptCard.objects.get(), Order.objects.get())
"""


@pytest.fixture
def user():
    return User.objects.create_user("hong", password="secret")


@pytest.fixture
def member(gateway, user):
    """A buyer who is logged in."""
    member = Buyer(gateway, enforce_csrf_checks=True)
    member.force_login(user)
    return member


@pytest.fixture
def key(gateway):
    """A billing key that the gateway knows."""
    return conf.client().make_billing_key(f"key-{secrets.token_hex(8)}", CARD).key


@pytest.fixture
def card(user, key):
    return KeptCard.objects.create(user=user, mid=conf.current().mid, billing_key=key, institution="신한", number="**** 1234")


def window_of(member):
    """The last part of LGD_RETURNURL of the window that adds a card."""
    page = member.get(reverse("xpay:cards")).text
    assert 'name="LGD_PAYWINDOWTYPE" value="CardBillingAuth"' in page and "LGD_HASHDATA" not in page
    url = page.split('name="LGD_RETURNURL" value="')[1].split('"')[0]
    assert url.startswith("http://testserver/xpay/cards/return/")
    return url.split("/")[-2]


def returned(key, **changes):
    fields = {
        "LGD_RESPCODE": "0000",
        "LGD_BILLKEY": key,
        "LGD_PAYTYPE": "SC0010",
        "LGD_PAYDATE": "20261123120000",
        "LGD_FINANCECODE": "41",
        "LGD_FINANCENAME": "신한",
        "LGD_CARDNUM": "4330123412341234",
        "LGD_EXPYEAR": "27",
        "LGD_EXPMON": "12",
        "LGD_TID": "tlgda2026112312000000003",
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def add(member, key, opened=None, **changes):
    """From the window's return to the shop. Gives where the buyer is sent."""
    opened = opened or window_of(member)
    page = post_form(Client(enforce_csrf_checks=True), f"/xpay/cards/return/{opened}/", returned(key, **changes))
    assert page.status_code == 200 and page["X-Frame-Options"] == "SAMEORIGIN" and not page.cookies
    assert 'target="_top"' in page.text
    return post_form(member, "/xpay/cards/keep/", {"opened": opened, "returned": urlencode(returned(key, **changes))})


def test_a_card_is_kept_and_shown_masked(member, user, key):
    heard = []

    def hear(card, **_):
        heard.append((card.user, str(card)))

    signals.card_kept.connect(hear)
    try:
        assert add(member, key).url == reverse("xpay:cards")
    finally:
        signals.card_kept.disconnect(hear)
    (card,) = cards.of(user)
    assert card.billing_key == key and card.number == "**** 1234" and "1234" in str(card) and heard == [(user, str(card))]
    page = member.get(reverse("xpay:cards")).text
    assert "**** 1234" in page and key not in page and "43301234" not in page


def test_the_key_is_seen_nowhere(member, user, key, client, caplog):
    caplog.set_level("DEBUG")
    add(member, key)
    add(member, "")
    (card,) = cards.of(user)
    client.force_login(User.objects.create_superuser("merchant", password="secret"))
    pages = [client.get(reverse("admin:xpayclient_keptcard_changelist"))]
    pages.append(client.get(reverse("admin:xpayclient_keptcard_change", args=[card.pk])))
    order = ordered(Product.objects.create(name="머그컵", price=23400, stock=5))
    payment = cards.charge(card, order)
    pages.append(client.get(reverse("admin:xpayclient_payment_change", args=[payment.pk])))
    assert all(page.status_code == 200 and key not in page.text and "1234" in page.text for page in pages)
    assert payment.state == State.PAID
    shown = repr([card, str(card), payment, list(Payment.objects.values()), list(KeptCard.objects.values()), vars(card)])
    assert card.billing_key == key and "<secret>" in shown
    assert key not in shown and key not in caplog.text and "43301234" not in repr(list(KeptCard.objects.values()))


def test_a_log_of_the_library_has_no_key(card, order):
    from pathlib import Path

    cards.charge(card, order)
    logs = list(Path(conf.client().config["log_dir"]).glob("*"))
    assert logs and not any(card.billing_key.encode() in log.read_bytes() for log in logs if log.is_file())


def test_another_session_keeps_nothing(member, gateway, user, key):
    """The return is not signed: a window that somebody else opened may put no card into this account, and take none of it."""
    stranger = Buyer(gateway)
    stranger.force_login(User.objects.create_user("kim", password="secret"))
    theirs = window_of(stranger)
    for who, opened in ((member, theirs), (member, "0" * 32), (member, ""), (stranger, window_of(member))):
        answer = post_form(who, "/xpay/cards/keep/", {"opened": opened, "returned": urlencode(returned(key))})
        assert answer.url.endswith("?unkept")
    nobody = post_form(Client(), "/xpay/cards/keep/", {"opened": theirs, "returned": urlencode(returned(key))})
    assert nobody.url.endswith("?unkept") and "login" in Client().get(nobody.url).url
    assert not KeptCard.objects.exists()
    assert "등록하지 못했습니다" in member.get(f"{reverse('xpay:cards')}?unkept").text


def test_before_any_window_was_opened(gateway, user, key):
    member = Buyer(gateway)
    member.force_login(user)
    answer = post_form(member, "/xpay/cards/keep/", {"opened": "", "returned": urlencode(returned(key))})
    assert answer.url.endswith("?unkept") and not KeptCard.objects.exists()


def test_a_window_keeps_one_card_and_the_same_card_is_kept_once(member, user, key):
    opened = window_of(member)
    add(member, key, opened)
    assert add(member, "another", opened).url.endswith("?unkept")
    add(member, key)
    assert [card.billing_key for card in cards.of(user)] == [key]


@pytest.mark.parametrize(
    "changes", [{"LGD_BILLKEY": None}, {"LGD_BILLKEY": ""}, {"LGD_RESPCODE": "9999"}, {"LGD_BILLKEY": "x" * 300}]
)
def test_a_return_without_a_key_keeps_nothing(member, key, changes, caplog):
    assert add(member, key, **changes).url.endswith("?unkept") and not KeptCard.objects.exists()
    assert "no card was kept" in caplog.text and key not in caplog.text


def test_who_leaves_the_window_is_back_at_the_cards(member):
    page = post_form(Client(), f"/xpay/cards/return/{window_of(member)}/", {"LGD_RESPCODE": "S053"})
    assert f'href="{reverse("xpay:cards")}?cancelled"' in page.text and "xpay-keep" not in page.text
    assert "등록된 카드가 없습니다" in member.get(f"{reverse('xpay:cards')}?cancelled").text


def test_a_phone_gets_the_phones_window(gateway, user):
    phone = Buyer(gateway, headers={"user-agent": "Mozilla/5.0 (Linux; Android 15) Mobile"})
    phone.force_login(user)
    page = phone.get(reverse("xpay:cards")).text
    assert 'value="CardBillingAuth_smartphone"' in page and 'name="LGD_WINDOW_TYPE" value="submit"' in page


def test_it_is_charged(card, gateway, order, mug):
    payment = cards.charge(card, order)
    assert (payment.state, payment.balance, payment.card) == (State.PAID, 23400, card)
    assert gateway.balance(payment.oid) == 23400 and fresh(order).state == Order.State.PAID and fresh(mug).stock == 4
    (entry,) = payment.transactions.all()
    assert (entry.kind, entry.outcome, entry.is_booked) == ("pay", "answered", True) and entry.tx_id == payment.tx_id
    assert fresh(card).charged_at is not None
    entry = refunds.cancel(payment, 3400, reason="test")
    assert entry.is_booked and gateway.balance(payment.oid) == 20000


def test_lgd_txid_is_committed_before_it_leaves(card, order, monkeypatch):
    """Whatever another connection sees while the gateway is asked."""
    seen = []

    def see(*arguments):
        record(*arguments)
        seen.append(list(Payment.objects.values_list("state", "tx_id")))
        raise KeyboardInterrupt

    from xpayclient.django import paying

    record = paying._record_request
    monkeypatch.setattr(paying, "_record_request", see)
    with pytest.raises(KeyboardInterrupt):
        cards.charge(card, order)
    ((state, tx_id),) = seen[0]
    assert state == State.PAYING and tx_id


def test_an_order_is_charged_once(card, gateway, order):
    first = cards.charge(card, order)
    assert cards.charge(card, order) == first
    assert [payment["balance"] for payment in gateway.ask("/payments") if payment["oid"] == first.oid] == [23400]
    assert Payment.objects.count() == 1 and first.transactions.count() == 1


def test_eight_charges_at_once_are_one(card, gateway, order, mug):
    def charge(_):
        try:
            return cards.charge(card, order).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(charge, range(8)))
    paid = Payment.objects.get(state=State.PAID)
    assert set(Payment.objects.exclude(pk=paid.pk).values_list("state", "tx_id")) <= {("failed", "")}
    assert sum(gateway.balance(payment.oid) for payment in Payment.objects.all()) == 23400 and fresh(mug).stock == 4


def test_what_the_buyer_pays_by_herself_is_not_charged(card, buyer, gateway, order):
    payment = buyer.buy(order)
    assert cards.charge(card, order) == payment and Payment.objects.count() == 1
    assert gateway.balance(payment.oid) == 23400


def test_a_charge_in_doubt_bars_another_until_it_is_settled(card, gateway, order):
    gateway.ask("/faults", {"script": "CardAuth close\nRollback before:close"})
    payment = cards.charge(card, order)
    assert payment.state == State.DOUBT and payment.transactions.get().outcome == "in_doubt"
    assert cards.charge(card, order) == payment and gateway.balance(payment.oid) == 23400
    gateway.forget_faults()
    call_command("xpay_recover")
    assert fresh(payment).state == State.FAILED and gateway.balance(payment.oid) == 0
    assert cards.charge(card, order).state == State.PAID


def test_a_process_that_dies_in_a_charge_leaves_no_charged_unpaid_order(card, gateway, order, child):
    assert child(DIES_BEFORE_THE_COMMIT) == -signal.SIGKILL
    (payment,) = Payment.objects.all()
    assert payment.state == State.PAYING and gateway.balance(payment.oid) == 23400
    call_command("xpay_recover")
    assert fresh(payment).state == State.FAILED and gateway.balance(payment.oid) == 0


def test_what_the_shop_refuses_is_undone(card, gateway, order):
    Product.objects.update(stock=0)
    payment = cards.charge(card, order)
    assert payment.state == State.FAILED and gateway.payment(payment.oid)["state"] == "rolled_back"


def test_a_decline_may_be_charged_again(card, gateway, order, user):
    wrong = KeptCard.objects.create(user=user, mid=conf.current().mid, billing_key="0" * 20)
    payment = cards.charge(wrong, order)
    assert payment.state == State.FAILED and payment.code != "0000" and payment.transactions.get().outcome == "answered"
    assert cards.charge(card, order).state == State.PAID


def test_given_up_it_is_never_charged_again(member, card, order, gateway):
    heard = []

    def hear(card, **_):
        heard.append(card.billing_key)

    signals.card_given_up.connect(hear)
    try:
        page = member.get(reverse("xpay:cards"))
        token = page.cookies["csrftoken"].value
        assert member.post(reverse("xpay:card_give_up", args=[card.pk])).status_code == 403, "a token is needed"
        member.post(reverse("xpay:card_give_up", args=[card.pk]), {"csrfmiddlewaretoken": token})
        cards.give_up(card)
    finally:
        signals.card_given_up.disconnect(hear)
    gone = fresh(card)
    assert gone.billing_key == "" and gone.given_up_at is not None and heard == [""]
    for known in (card, gone):
        with pytest.raises(cards.CardGone):
            cards.charge(known, order)
    assert not Payment.objects.exists() and "**** 1234" not in member.get(reverse("xpay:cards")).text


def test_given_up_while_it_is_being_charged(card, order, gateway, monkeypatch):
    """After the key was read and before LGD_TXID was written down."""
    from xpayclient.django import paying

    record = paying._record_request

    def meanwhile(*arguments):
        cards.give_up(card)
        record(*arguments)

    monkeypatch.setattr(paying, "_record_request", meanwhile)
    payment = cards.charge(fresh(card), order)
    assert payment.state == State.FAILED and gateway.payment(payment.oid) is None


def test_nobody_gives_up_anothers_card(gateway, card):
    stranger = Buyer(gateway)
    stranger.force_login(User.objects.create_user("kim", password="secret"))
    assert stranger.post(reverse("xpay:card_give_up", args=[card.pk])).status_code == 404
    assert Client().get(reverse("xpay:cards")).status_code == 302
    assert fresh(card).given_up_at is None


def test_a_card_of_another_merchant_id_is_not_charged(card, order, settings):
    """Of the test platform, after the shop has gone live."""
    KeptCard.objects.update(mid="tother")
    assert not cards.of(card.user).exists()
    with pytest.raises(cards.CardGone):
        cards.charge(card, order)


def test_the_admin_gives_up_by_permission(card, client):
    clerk = User.objects.create_user("clerk", password="secret", is_staff=True)
    clerk.user_permissions.add(*Permission.objects.filter(codename__in=["view_keptcard"]))
    client.force_login(clerk)
    page = reverse("admin:xpayclient_keptcard_changelist")
    chosen = {"action": "give_up", "_selected_action": [card.pk]}
    client.post(page, chosen)
    assert fresh(card).given_up_at is None
    clerk.user_permissions.add(Permission.objects.get(codename="give_up_card"))
    asked = client.post(page, chosen).text
    assert str(card) in asked and fresh(card).given_up_at is None
    client.post(page, chosen | {"confirmed": "1"})
    assert fresh(card).given_up_at is not None and fresh(card).billing_key == ""


def test_the_databases_rules(card, user):
    same = {"user": user, "mid": card.mid}
    for wrong in ({"billing_key": card.billing_key}, {"billing_key": ""}, {"billing_key": "x", "given_up_at": card.kept_at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            KeptCard.objects.create(**same, **wrong)


def test_a_user_who_goes_takes_the_card_along_and_the_payment_stays(card, user, order):
    payment = cards.charge(card, order)
    user.delete()
    assert not KeptCard.objects.exists() and fresh(payment).card is None and fresh(payment).state == State.PAID


def test_the_buyer_sees_what_was_charged(member, card, order, rf):
    request = rf.get("/")
    request.session = member.session
    payment = cards.charge(card, order, request=request)
    request.session.save()
    page = member.get(payment.get_absolute_url()).text
    assert 'data-state="paid"' in page and "**** 1234" in page


def test_an_order_that_changes_meanwhile_is_not_charged(card, gateway, order, monkeypatch):
    from xpayclient.django import paying

    record = paying._record_request

    def and_then(*arguments):
        Line.objects.update(quantity=2)
        record(*arguments)

    monkeypatch.setattr(paying, "_record_request", and_then)
    payment = cards.charge(card, order)
    assert payment.state == State.FAILED and gateway.payment(payment.oid) is None


@pytest.mark.parametrize(
    ("number", "shown"),
    [("4330123412341234", "**** 1234"), ("433012******1234", "**** 1234"), ("4330-12**-****-123*", "**** 123*"), ("", "")],
)
def test_only_the_last_four_are_kept(number, shown):
    assert cards.masked(number) == shown


def test_a_user_whose_cards_are_given_up_can_be_deleted(client, user, card):
    client.force_login(User.objects.create_superuser("merchant", password="secret"))
    page = reverse("admin:auth_user_delete", args=[user.pk])
    assert client.post(page, {"post": "yes"}).status_code == 403 and KeptCard.objects.exists()
    cards.give_up(card)
    assert client.post(page, {"post": "yes"}).status_code == 302
    assert not KeptCard.objects.exists() and not User.objects.filter(pk=user.pk).exists()
