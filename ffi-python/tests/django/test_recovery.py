"""A process that dies between the approval and the commit, just after it, or in a cancel; and xpay_recover after it."""

import signal

import pytest
from conftest import fresh
from django.core.management import CommandError, call_command
from shop.models import Order
from xpayclient import XPayError
from xpayclient.django import conf, ledger, recovery, refunds, signals
from xpayclient.django.models import Payment, State, Transaction

KILLED = -signal.SIGKILL

DIES_BEFORE_THE_COMMIT = """
    from xpayclient.django import paying, signals
    from xpayclient.django.models import Payment
    signals.payment_approved.connect(lambda **_: os.kill(os.getpid(), signal.SIGKILL), weak=False)
    paying.pay(Payment.objects.get(oid=arguments[0]), arguments[1])
"""

DIES_AFTER_THE_COMMIT = """
    from django.db import transaction
    from xpayclient.django import paying, signals
    from xpayclient.django.models import Payment
    def die(**_):
        transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
    signals.payment_approved.connect(die, weak=False)
    paying.pay(Payment.objects.get(oid=arguments[0]), arguments[1])
"""

DIES_IN_A_CANCEL = """
    from xpayclient.django import refunds, signals
    from xpayclient.django.models import Payment
    signals.payment_cancelled.connect(lambda **_: os.kill(os.getpid(), signal.SIGKILL), weak=False)
    payment = Payment.objects.get(oid=arguments[0])
    refunds.cancel(payment, int(arguments[1]), reason="test")
"""


@pytest.fixture(autouse=True)
def _empty_journal():
    yield
    left = [one for one in conf.client().open_transactions() if one.is_open]
    for one in left:
        conf.client().close_transaction(one.tx_id, "end of the test")
    assert left == []


def recover():
    call_command("xpay_recover")


def test_no_charged_unpaid_order_is_left(buyer, gateway, order, mug, child):
    payment = buyer.begin(order)
    assert child(DIES_BEFORE_THE_COMMIT, payment.oid, buyer.agree(payment)) == KILLED
    assert gateway.balance(payment.oid) == 23400 and fresh(order).state == Order.State.NEW
    assert fresh(payment).state == State.PAYING
    recover()
    assert gateway.balance(payment.oid) == 0
    assert fresh(payment).state == State.FAILED and fresh(payment).transactions.get().outcome == "rolled_back"
    assert fresh(order).state == Order.State.NEW and fresh(mug).stock == 5
    assert buyer.buy(order).state == State.PAID


def test_what_was_committed_stands(buyer, gateway, order, child):
    payment = buyer.begin(order)
    assert child(DIES_AFTER_THE_COMMIT, payment.oid, buyer.agree(payment)) == KILLED
    (left,) = [one for one in conf.client().open_transactions() if one.is_open]
    assert left.state == "unconfirmed" and fresh(order).state == Order.State.PAID
    recover()
    assert gateway.balance(payment.oid) == 23400 and fresh(payment).state == State.PAID


def test_in_doubt_is_settled(buyer, gateway, order, capsys):
    heard = []

    def hear(payment, **_):
        heard.append(payment.oid)

    gateway.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    payment = buyer.buy(order)
    assert payment.state == State.DOUBT and gateway.balance(payment.oid) == 23400
    with pytest.raises(SystemExit) as left:
        recover()
    assert left.value.code == 3 and fresh(payment).state == State.DOUBT
    gateway.forget_faults()
    capsys.readouterr()
    signals.payment_failed.connect(hear)
    try:
        recover()
    finally:
        signals.payment_failed.disconnect(hear)
    said = capsys.readouterr().out
    assert f"{payment.oid}: 결제를 망취소했습니다" in said and "처리 1건, 남은 것 0건" in said
    assert gateway.balance(payment.oid) == 0 and fresh(payment).state == State.FAILED and heard == [payment.oid]


def test_a_payment_that_the_gateway_calls_a_repetition_waits_for_a_person(buyer, gateway, order, capsys):
    """LGD_PAYKEY was used before, by something that this shop does not know: nobody may say that nothing was charged."""
    payment = buyer.begin(order)
    paykey = buyer.agree(payment)
    unknown = conf.client().pay_by_key(paykey, 23400)
    buyer.payres(payment, paykey)
    assert (fresh(payment).state, fresh(payment).code) == (State.DOUBT, "S007")
    page = buyer.get(payment.get_absolute_url()).text
    assert "다시 결제하지 마십시오" in page and "청구되지 않" not in page and buyer.begin(order) == payment
    for _ in range(2):
        with pytest.raises(SystemExit) as left:
            recover()
        assert left.value.code == 3 and payment.oid in capsys.readouterr().out
    assert fresh(payment).state == State.DOUBT and gateway.balance(payment.oid) == 23400
    with pytest.raises(CommandError):
        call_command("xpay_recover", done=fresh(payment).tx_id)
    conf.client().cancel(unknown.tid)
    call_command("xpay_recover", not_done=fresh(payment).tx_id)
    recover()
    assert fresh(payment).state == State.FAILED and buyer.buy(order).state == State.PAID


def test_of_another_host_only_the_time_tells(buyer, gateway, order, settings):
    """Its journal is elsewhere: as if another host had died after it had sent the payment."""
    payment = buyer.begin(order)
    paid = conf.client().pay_by_key(buyer.agree(payment), 23400)
    payment.transactions.create(kind="pay", tx_id=paid.tx_id, amount=23400, before="ready")
    Payment.objects.update(state=State.PAYING, tx_id=paid.tx_id)
    recover()
    assert fresh(payment).state == State.PAYING and gateway.balance(payment.oid) == 23400, "it may be alive"
    settings.XPAY = {**settings.XPAY, "STALE_AFTER": 0}
    recover()
    assert fresh(payment).state == State.FAILED and gateway.balance(payment.oid) == 0


def test_a_payer_who_comes_late_books_nothing(buyer, gateway, order, settings):
    """Recovery took it for dead while it lived: the database decides, and both undo it."""
    settings.XPAY = {**settings.XPAY, "STALE_AFTER": 0}
    from xpayclient.django import paying

    book = paying._record_approval

    def meanwhile(pk, tx_id, result):
        recovery._undo(Payment.objects.get(pk=pk).transactions.get(), None, recovery.Report(), False)
        book(pk, tx_id, result)

    paying._record_approval = meanwhile
    try:
        payment = buyer.buy(order)
    finally:
        paying._record_approval = book
    assert payment.state == State.FAILED and gateway.balance(payment.oid) == 0
    assert fresh(order).state == Order.State.NEW


@pytest.mark.parametrize(("amount", "left"), [(23400, 0), (3400, 20000)])
def test_a_cancel_that_was_done_is_booked(buyer, gateway, order, child, amount, left):
    payment = buyer.buy(order)
    assert child(DIES_IN_A_CANCEL, payment.oid, amount) == KILLED
    assert gateway.balance(payment.oid) == left and fresh(payment).balance == 23400
    recover()
    assert fresh(payment).balance == left and gateway.balance(payment.oid) == left
    assert fresh(payment).state == (State.PAID if left else State.CANCELLED)


def in_doubt(gateway, payment):
    """LGD_TXID of a cancel of which nobody knows whether it was done."""
    gateway.ask("/faults", {"script": "Cancel close\nRollback before:close"})
    with pytest.raises(XPayError) as doubt:
        refunds.cancel(payment, reason="test")
    gateway.forget_faults()
    assert str(doubt.value.outcome) == "in_doubt" and fresh(payment).state == State.PAID
    return payment.transactions.get(kind="cancel").tx_id


@pytest.mark.parametrize("is_done", [True, False])
def test_a_cancel_in_doubt_waits_for_a_person(buyer, gateway, order, capsys, is_done):
    """Undone by itself, it could undo the refund that was asked for again meanwhile."""
    payment = buyer.buy(order)
    tx_id = in_doubt(gateway, payment)
    for _ in range(2):
        with pytest.raises(SystemExit) as left:
            recover()
        assert left.value.code == 3 and tx_id in capsys.readouterr().out
    assert [request["txname"] for request in gateway.requests(tx_id)].count("Rollback") <= 3, "those of the cancel itself"
    assert gateway.balance(payment.oid) == 0 and fresh(payment).balance == 23400
    capsys.readouterr()
    call_command("xpay_recover", **{"done" if is_done else "not_done": tx_id})
    said = "23,400원이 환불된 것으로" if is_done else "23,400원이 환불되지 않은 것으로"
    assert f"{payment.oid}: {said} 저장했습니다" in capsys.readouterr().out
    recover()
    assert fresh(payment).balance == (0 if is_done else 23400)
    if not is_done:
        # It was done for all that: asked for again, the gateway says so.
        entry = refunds.cancel(fresh(payment), reason="test")
        assert entry.code == "AV11" and fresh(payment).state == State.CANCELLED


def test_of_two_who_decide_at_once_one_decides(buyer, gateway, order, monkeypatch):
    payment = buyer.buy(order)
    gateway.ask("/faults", {"script": "PartialCancel close\nRollback before:close"})
    with pytest.raises(XPayError):
        refunds.cancel(payment, 1000, reason="test")
    gateway.forget_faults()
    tx_id = payment.transactions.get(kind="partial cancel").tx_id
    change = ledger.change

    def meanwhile(*arguments, **options):
        monkeypatch.setattr(ledger, "change", change)
        recovery.decide(tx_id, is_done=True)
        return change(*arguments, **options)

    monkeypatch.setattr(ledger, "change", meanwhile)
    with pytest.raises(Transaction.DoesNotExist):
        recovery.decide(tx_id, is_done=True)
    assert fresh(payment).balance == 22400
    recover()


def test_of_a_cancel_in_doubt_that_the_journal_does_not_know_nothing_is_decided(buyer, gateway, order):
    """Somebody closed it there, or it is another host's: that does not say that it was not done."""
    payment = buyer.buy(order)
    tx_id = in_doubt(gateway, payment)
    conf.client().close_transaction(tx_id, "looked up")
    with pytest.raises(SystemExit):
        recover()
    assert payment.transactions.get(kind="cancel").outcome == "in_doubt"
    call_command("xpay_recover", done=tx_id)
    assert fresh(payment).state == State.CANCELLED


def test_a_cancel_that_could_not_be_booked_is_booked_when_asked_again(buyer, gateway, order):
    def fails(**_):
        raise RuntimeError("not now")

    payment = buyer.buy(order)
    signals.payment_cancelled.connect(fails)
    try:
        with pytest.raises(RuntimeError):
            refunds.cancel(payment, reason="test")
    finally:
        signals.payment_cancelled.disconnect(fails)
    assert gateway.balance(payment.oid) == 0 and fresh(payment).balance == 23400
    entry = refunds.cancel(fresh(payment), reason="test")
    assert entry.code == "AV11" and entry.is_booked and fresh(payment).state == State.CANCELLED
    first = payment.transactions.filter(kind="cancel").first()
    call_command("xpay_recover", not_done=first.tx_id)
    assert fresh(first).outcome == "rolled_back"
