"""What must not be seen is in no log, no repr and no exception."""

import logging

import pytest
from gateway import MID
from xpayclient import Card, RefundAccount, XPayError

KEY = "95160cce09854ef44d2edb2bfb05f9f3"
CARD = Card("4111222233334444", "31", "12", "98", "800101")


def test_the_log_is_a_logger_and_masked(gateway, client, caplog):
    oid = gateway.order()
    key = gateway.paykey(oid)
    with caplog.at_level(logging.DEBUG, "xpayclient"):
        client.set_config("log_level", "4")
        paid = client.pay_by_key(key, 23400)
        client.card_auth(gateway.order(), 1000, card=CARD, buyer_phone="01098765432", buyer_email="gil@shop.example")
        client.Log("여기 있습니다\nand here")
    assert {record.name for record in caplog.records} == {"xpayclient"}
    assert {record.levelno for record in caplog.records} >= {logging.DEBUG, logging.INFO, logging.CRITICAL}
    assert f"LGD_OID={oid}" in caplog.text and paid.tx_id in caplog.text and "LGD_PAYKEY=***" in caplog.text
    last = caplog.records[-1]
    assert (last.levelno, last.getMessage()) == (logging.CRITICAL, "[] 여기 있습니다\\nand here")
    for secret in (KEY, key, CARD.number, CARD.private_no, "01098765432", "gil@shop.example"):
        assert secret not in caplog.text


def test_a_handler_that_fails_does_not_fail_the_payment(gateway, client, monkeypatch):
    class Broken(logging.Handler):
        def emit(self, record):
            raise OSError("the disk is full")

    handler, seen = Broken(), []
    monkeypatch.setattr("sys.unraisablehook", lambda unraisable: seen.append(unraisable.exc_type))
    logging.getLogger("xpayclient").addHandler(handler)
    logging.getLogger("xpayclient").setLevel(logging.INFO)
    try:
        assert client.ping().is_success
    finally:
        logging.getLogger("xpayclient").removeHandler(handler)
        logging.getLogger("xpayclient").setLevel(logging.NOTSET)
    assert OSError in seen


def test_reprs(gateway, client):
    oid = gateway.order()
    key = gateway.paykey(oid, buyer="이순신")
    paid = client.pay_by_key(key, 23400)
    client.Init_TX(MID)
    window = client.window(
        cst_mid="lgdacomxpay",
        oid=oid,
        amount=1000,
        buyer="이순신",
        buyer_id="sunsin",
        buyer_ip="192.0.2.1",
        product_info="거북선",
        return_url="https://shop.example/return",
        window_type="iframe",
        domain_url="shop.example",
        others={"LGD_BUYEREMAIL": "sunsin@shop.example"},
    )
    made = client.make_billing_key(gateway.order(), CARD)
    account = RefundAccount("11122233344", "26", "이순신", "01098765432")
    shown = " ".join(map(repr, [client, client.config, paid, paid.card, window, made, account, CARD, client.transaction()]))
    assert paid.tid in shown and MID in shown
    secrets = [
        KEY,
        key,
        "이순신",
        "sunsin",
        "11122233344",
        "01098765432",
        CARD.number,
        "800101",
        client.Auth_Code,
    ]
    secrets += [made.key] if made.is_success else []
    secrets += [paid.card.number] if paid.card.number else []
    for secret in secrets:
        assert secret not in shown


def test_errors_name_the_field_and_not_its_value(gateway, client):
    wrong = Card("4111222233334444", "31", "Dec-secret")
    with pytest.raises(XPayError) as raised:
        client.card_auth(gateway.order(), 1000, card=wrong)
    assert "LGD_EXPMON" in str(raised.value) and "Dec-secret" not in repr(raised.value)
    with pytest.raises(ValueError) as raised:
        client.Init_TX(MID)
        client.Set("LGD_PAN", "4111222233334444\ud800")
    assert "4111" not in repr(raised.value) and raised.value.__context__ is None


def test_results_are_frozen(client):
    answer = client.ping()
    with pytest.raises(AttributeError):
        answer.code = "0000"
    with pytest.raises(AttributeError):
        answer.new = 1
    with pytest.raises(AttributeError):
        del answer._answer
