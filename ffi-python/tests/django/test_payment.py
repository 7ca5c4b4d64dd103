"""A card: paid, declined, refused, cut off; and what the books say of it."""

import pytest
from conftest import fresh, payment_of
from django.db import IntegrityError, transaction
from django.urls import reverse
from shop.models import Line, Order, Product
from xpayclient.django import ledger, paying, signals
from xpayclient.django.models import Payment, State, Transaction


def test_it_is_paid(buyer, gateway, order, mug):
    payment = buyer.buy(order)
    assert (payment.state, payment.balance, payment.means) == (State.PAID, 23400, "SC0010")
    assert payment.tid == gateway.payment(payment.oid)["tid"] and gateway.balance(payment.oid) == 23400
    assert fresh(order).state == Order.State.PAID and fresh(mug).stock == 4
    (entry,) = payment.transactions.all()
    assert (entry.kind, entry.outcome, entry.before, entry.after) == ("pay", "answered", "ready", "paid")
    assert entry.is_booked and entry.code == "0000" and entry.tx_id == payment.tx_id
    page = buyer.get(payment.get_absolute_url())
    assert 'data-state="paid"' in page.text and order.get_absolute_url() in page.text


def test_nothing_personal_and_no_key_is_kept(buyer, order):
    payment = buyer.begin(order)
    paykey = buyer.agree(payment)
    buyer.payres(payment, paykey)
    kept = repr([list(model.objects.values()) for model in (Payment, Transaction)])
    assert paykey not in kept and "홍길동" not in kept and payment.oid in kept


def test_the_page_signs_the_orders_own_amount(buyer, order):
    page = buyer.get(buyer.begin(order).get_absolute_url()).text
    for field in ('name="LGD_AMOUNT" value="23400"', 'name="LGD_BUYER" value="홍길동"', 'name="LGD_HASHDATA"'):
        assert field in page
    assert f'value="http://testserver{reverse("xpay:returnurl")}"' in page


def test_a_second_submit_changes_nothing(buyer, gateway, order):
    payment = buyer.begin(order)
    paykey = buyer.agree(payment)
    for _ in range(3):
        assert buyer.payres(payment, paykey).status_code == 302
    assert gateway.balance(payment.oid) == 23400 and fresh(payment).transactions.count() == 1
    assert buyer.payres(payment, buyer.gateway.paykey("another-" + payment.oid)).status_code == 302
    assert fresh(payment).transactions.count() == 1


def test_a_decline_may_be_tried_again(buyer, gateway, order):
    heard = listen(signals.payment_failed)
    payment = buyer.begin(order)
    buyer.payres(payment, "0" * 40)
    first = fresh(payment)
    assert first.state == State.FAILED and first.transactions.get().outcome == "answered"
    assert heard == [("new", "failed")]
    page = buyer.get(first.get_absolute_url()).text
    assert first.message in page and first.code in page
    second = buyer.buy(order)
    assert second.oid != first.oid and second.state == State.PAID


@pytest.mark.parametrize(
    ("script", "outcome"), [("PaymentByKey close", "rolled_back"), ("PaymentByKey status=503", "rolled_back")]
)
def test_a_line_that_dies_is_undone(buyer, gateway, order, script, outcome):
    gateway.ask("/faults", {"script": script})
    payment = buyer.buy(order)
    assert (payment.state, payment.transactions.get().outcome) == (State.FAILED, outcome)
    assert gateway.balance(payment.oid) == 0 and fresh(order).state == Order.State.NEW
    gateway.forget_faults()
    assert buyer.buy(order).state == State.PAID


def test_in_doubt_nobody_pays_again(buyer, gateway, order):
    gateway.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    payment = buyer.buy(order)
    assert (payment.state, payment.transactions.get().outcome) == (State.DOUBT, "in_doubt")
    assert gateway.balance(payment.oid) == 23400
    assert buyer.begin(order) == payment
    assert "다시 결제하지 마십시오" in buyer.get(payment.get_absolute_url()).text
    # Another payment of the order cannot even be begun by hand.
    other = Payment.objects.create(oid="by-hand", amount=23400, content_type=payment.content_type, object_id=order.pk)
    assert paying.pay(other, buyer.agree(other)).state == State.FAILED
    assert gateway.balance("by-hand") == 0


def test_what_the_shop_refuses_is_undone(buyer, gateway, order, mug):
    payment = buyer.begin(order)
    Product.objects.update(stock=0)
    buyer.payres(payment, buyer.agree(payment))
    payment = fresh(payment)
    assert (payment.state, payment.tid, payment.balance) == (State.FAILED, "", 0)
    assert gateway.balance(payment.oid) == 0 and gateway.payment(payment.oid)["state"] == "rolled_back"
    assert fresh(order).state == Order.State.NEW
    assert "품절" in buyer.get(payment.get_absolute_url()).text


def test_a_receiver_that_fails_is_undone_and_logged(buyer, gateway, order, caplog):
    def fails(order, **_):
        Order.objects.update(buyer="changed")
        raise RuntimeError("the shop's own step")

    signals.payment_approved.connect(fails)
    try:
        payment = buyer.buy(order)
    finally:
        signals.payment_approved.disconnect(fails)
    assert payment.state == State.FAILED and gateway.balance(payment.oid) == 0
    assert fresh(order).buyer == "홍길동" and "the shop's own step" in caplog.text
    assert "the shop's own step" not in buyer.get(payment.get_absolute_url()).text


def test_an_order_that_changed_is_not_paid(buyer, gateway, order):
    payment = buyer.begin(order)
    paykey = buyer.agree(payment)
    Line.objects.update(quantity=2)
    buyer.payres(payment, paykey)
    assert fresh(payment).state == State.FAILED and not payment.transactions.exists()
    assert gateway.payment(payment.oid) is None
    page = buyer.get(buyer.begin(order).get_absolute_url()).text
    assert 'name="LGD_AMOUNT" value="46800"' in page


def test_an_order_that_changes_meanwhile_is_undone(buyer, gateway, order):
    """Between the question and the booking, as by another tab."""
    payment = buyer.begin(order)
    paykey = buyer.agree(payment)
    record = paying._record_request

    def and_then(*arguments):
        record(*arguments)
        Line.objects.update(quantity=2)

    paying._record_request = and_then
    try:
        assert paying.pay(payment, paykey).state == State.FAILED
    finally:
        paying._record_request = record
    assert gateway.payment(payment.oid)["state"] == "rolled_back"


def test_consent_to_another_amount_is_refused(buyer, gateway, order):
    payment = buyer.begin(order)
    buyer.payres(payment, buyer.agree(payment, amount=100))
    assert fresh(payment).state == State.FAILED and gateway.balance(payment.oid) == 0


def test_consent_to_another_order_is_undone(buyer, gateway, order):
    payment = buyer.begin(order)
    buyer.payres(payment, buyer.agree(payment, oid="somebody-elses"))
    assert fresh(payment).state == State.FAILED and gateway.balance("somebody-elses") == 0


def test_a_commit_that_fails_after_all_is_undone(buyer, gateway, order, monkeypatch):
    """The commit is done, and its answer is lost on the way."""
    heard = listen(signals.payment_cancelled)
    book = paying._record_approval

    def lost(*arguments):
        book(*arguments)
        raise ConnectionError("the database went away")

    monkeypatch.setattr(paying, "_record_approval", lost)
    payment = buyer.buy(order)
    assert (payment.state, payment.balance) == (State.FAILED, 0) and gateway.balance(payment.oid) == 0
    assert fresh(order).state == Order.State.CANCELLED and len(heard) == 1


def test_the_gateway_is_never_asked_within_a_transaction(buyer, gateway, order):
    payment = buyer.begin(order)
    paykey = buyer.agree(payment)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        paying.pay(payment, paykey)
    assert gateway.payment(payment.oid) is None and fresh(payment).state == State.READY


def test_a_paykey_that_is_none_charges_nothing(buyer, order):
    payment = buyer.begin(order)
    assert buyer.come_back(payment, "x" * 5000).status_code == 403
    for handed_on in ("", "x" * 5000):
        buyer.post("/xpay/payres/", {"LGD_OID": payment.oid, "LGD_PAYKEY": handed_on})
        assert fresh(payment).state == State.READY and not payment.transactions.exists()


def test_the_databases_rules(buyer, order, mug):
    payment = buyer.buy(order)
    same = {"content_type": payment.content_type, "object_id": payment.object_id, "amount": 23400}
    wrong = [
        {"oid": "second-live", "state": "paid", "tid": "t2", "balance": 23400, **same},
        {"oid": payment.oid, **same},
        {"oid": "same-tid", "tid": payment.tid, **same},
        {"oid": "free", **same, "amount": 0},
        {"oid": "too-much", **same, "object_id": "9", "state": "paid", "tid": "t3", "balance": 23401},
        {"oid": "paid-with-nothing", **same, "object_id": "9", "state": "paid", "tid": "t4"},
        {"oid": "paid-without-tid", **same, "object_id": "9", "state": "paid", "balance": 23400},
        {"oid": "failed-with-balance", **same, "state": "failed", "balance": 1},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Transaction.objects.create(payment=payment, kind="pay", tx_id="x", amount=1, before="ready", is_booked=True)


def test_another_tab_does_not_disturb_what_waits(buyer, gateway, order, mug):
    """Two payments were begun before either was paid."""
    first = buyer.begin(order, "account")
    second = buyer.begin(order, "card")
    assert first != second
    heard = listen(signals.payment_failed)
    buyer.payres(first, buyer.agree(first))
    buyer.payres(second, buyer.agree(second))
    assert (fresh(first).state, fresh(second).state) == (State.WAITING, State.FAILED) and heard == []
    assert fresh(order).state == Order.State.WAITING and fresh(mug).stock == 4
    assert gateway.payment(second.oid) is None


def listen(signal):
    """What the signal says from now on: the order's state and the payment's, within the transaction."""
    heard = []

    def hear(order, payment, **_):
        heard.append((Order.objects.get(pk=order.pk).state, payment.state))

    signal.connect(hear, weak=False)
    heard_by.append((signal, hear))
    return heard


heard_by = []


@pytest.fixture(autouse=True)
def _deaf_again():
    yield
    while heard_by:
        signal, hear = heard_by.pop()
        signal.disconnect(hear)


def test_payment_of_is_the_latest(buyer, order):
    assert payment_of(order) is None and buyer.begin(order) == payment_of(order)
    assert ledger.database() == "default"
