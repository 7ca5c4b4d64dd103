"""Each value of a typed call is sent under its own name.

No two values of a call are the same, so that a swap of two fields anywhere on the way fails.
"""

import dataclasses
import datetime
import inspect
import re

import pytest
from gateway import MID
from xpayclient import AsyncClient, Card, Isp, Means, RefundAccount, ThreeDSecure, UsageError
from xpayclient._calls import Calls

CLOSING = datetime.datetime(2099, 10, 28, 21, 43, 54)
ACCOUNT = RefundAccount("11122233344", "26", "이순신", "01011112222")
ACCOUNT_SENT = {
    "LGD_RFACCOUNTNUM": "11122233344",
    "LGD_RFBANKCODE": "26",
    "LGD_RFCUSTOMERNAME": "이순신",
    "LGD_RFPHONE": "01011112222",
}
CARD = Card("4111222233334444", "31", "12", "98", "800101")
CARD_SENT = {
    "LGD_PAN": "4111222233334444",
    "LGD_EXPYEAR": "31",
    "LGD_EXPMON": "12",
    "LGD_PIN": "98",
    "LGD_PRIVATENO": "800101",
}
SECURE = ThreeDSecure("4111222233334444", "07", "a proof", "a number")
SECURE_SENT = {"LGD_PAN": "4111222233334444", "VBV_ECI": "07", "VBV_CAVV": "a proof", "VBV_XID": "a number"}
ISP = Isp("03", "1", "0204", "a session key", "encrypted")
ISP_SENT = {
    "KVP_QUOTA": "03",
    "KVP_NOINT": "1",
    "KVP_CARDCODE": "0204",
    "KVP_SESSIONKEY": "a session key",
    "KVP_ENCDATA": "encrypted",
}
BUYER = {"buyer_id": "gildong", "buyer_ip": "192.0.2.7", "product_info": "머그컵"}
BUYER_SENT = {"LGD_BUYERID": "gildong", "LGD_BUYERIP": "192.0.2.7", "LGD_PRODUCTINFO": "머그컵"}
CARD_BUYER = {**BUYER, "buyer": "홍길동", "buyer_phone": "01033334444", "buyer_email": "gil@shop.example"}
CARD_BUYER_SENT = {
    **BUYER_SENT,
    "LGD_BUYER": "홍길동",
    "LGD_BUYERPHONE": "01033334444",
    "LGD_BUYEREMAIL": "gil@shop.example",
}
RECEIPT = {
    "oid": "order-r",
    "amount": 5001,
    "card_number": "01055556666",
    "receipt_use": "2",
    "business_number": "1234567890",
    "shop_name": "찻집",
    "ceo_name": "신사임당",
    "shop_phone": "0212345678",
    "tax_free": 301,
    "vat": 402,
}
RECEIPT_SENT = {
    "LGD_METHOD": "AUTH",
    "LGD_OID": "order-r",
    "LGD_AMOUNT": "5001",
    "LGD_CASHCARDNUM": "01055556666",
    "LGD_CASHRECEIPTUSE": "2",
    "LGD_CUSTOM_BUSINESSNUM": "1234567890",
    "LGD_CUSTOM_MERTNAME": "찻집",
    "LGD_CUSTOM_CEONAME": "신사임당",
    "LGD_CUSTOM_MERTPHONE": "0212345678",
    "LGD_TAXFREEAMOUNT": "301",
    "LGD_VAT": "402",
}

# The call, its arguments, LGD_TXNAME, and everything else that is sent.
SENT = [
    (
        "pay_by_key",
        {"paykey": "a key", "amount": 23401, "process_timeout": 901},
        "PaymentByKey",
        {
            "LGD_PAYKEY": "a key",
            "LGD_AMOUNTCHECKYN": "Y",
            "LGD_AMOUNT": "23401",
            "LGD_CUSTOM_PROCESSTIMEOUT": "901",
        },
    ),
    (
        "amount_check",
        {"paykey": "a key", "amount": 23402},
        "AmountCheck",
        {"LGD_PAYKEY": "a key", "LGD_AMOUNT": "23402"},
    ),
    ("adjust", {"tid": "tid-1"}, "Adjust", {"LGD_TID": "tid-1"}),
    ("ping", {"rows": 3}, "Ping", {"LGD_RESULTCNT": "3"}),
    (
        "cancel",
        {
            "tid": "tid-2",
            "reason": "변심",
            "requester": "clerk",
            "requester_ip": "192.0.2.8",
            "refund_account": ACCOUNT,
        },
        "Cancel",
        {
            "LGD_TID": "tid-2",
            "LGD_CANCELREASON": "변심",
            "LGD_CANCELREQUESTER": "clerk",
            "LGD_CANCELREQUESTERIP": "192.0.2.8",
            **ACCOUNT_SENT,
        },
    ),
    (
        "partial_cancel",
        {
            "tid": "tid-3",
            "amount": 401,
            "remaining": 23403,
            "tax_free": 102,
            "reason": "품절",
            "refund_account": ACCOUNT,
            "ask_remaining": True,
        },
        "PartialCancel",
        {
            "LGD_TID": "tid-3",
            "LGD_CANCELAMOUNT": "401",
            "LGD_REMAINAMOUNT": "23403",
            "LGD_CANCELTAXFREEAMOUNT": "102",
            "LGD_CANCELREASON": "품절",
            **ACCOUNT_SENT,
            "LGD_REQREMAIN": "1",
        },
    ),
    (
        "cash_receipt",
        {**RECEIPT, "means": Means.BANK_TRANSFER, "tid": "tid-4"},
        "CashReceipt",
        {**RECEIPT_SENT, "LGD_PAYTYPE": "SC0030", "LGD_TID": "tid-4"},
    ),
    (
        "cash_receipt",
        {**RECEIPT, "means": Means.VIRTUAL_ACCOUNT, "tid": "tid-5", "seqno": "002"},
        "CashReceipt",
        {**RECEIPT_SENT, "LGD_PAYTYPE": "SC0040", "LGD_TID": "tid-5", "LGD_SEQNO": "002"},
    ),
    (
        "cash_receipt",
        {**RECEIPT, "means": Means.DEPOSIT, "product_info": "찻잔"},
        "CashReceipt",
        {**RECEIPT_SENT, "LGD_PAYTYPE": "SC0100", "LGD_PRODUCTINFO": "찻잔"},
    ),
    (
        "cash_receipt_cancel",
        {"tid": "tid-6", "means": Means.VIRTUAL_ACCOUNT, "seqno": "003", "amount": 5002},
        "CashReceipt",
        {
            "LGD_METHOD": "CANCEL",
            "LGD_PAYTYPE": "SC0040",
            "LGD_TID": "tid-6",
            "LGD_SEQNO": "003",
            "LGD_AMOUNT": "5002",
        },
    ),
    (
        "cyber_account",
        {
            "oid": "order-c",
            "amount": 5003,
            "close_date": CLOSING,
            "product_info": "주전자",
            "buyer": "홍길동",
            "account_owner": "김유신",
            "buyer_phone": "01077778888",
            "bank_code": "06",
            "receipt_use": "1",
            "cash_card_number": "01099990000",
            "note_url": "https://shop.example/note",
        },
        "CyberAccount",
        {
            "LGD_METHOD": "ASSIGN",
            "LGD_OID": "order-c",
            "LGD_AMOUNT": "5003",
            "LGD_CLOSEDATE": "20991028214354",
            "LGD_PRODUCTINFO": "주전자",
            "LGD_BUYER": "홍길동",
            "LGD_ACCOUNTOWNER": "김유신",
            "LGD_BUYERPHONE": "01077778888",
            "LGD_BANKCODE": "06",
            "LGD_CASHRECEIPTUSE": "1",
            "LGD_CASHCARDNUM": "01099990000",
            "LGD_CASNOTEURL": "https://shop.example/note",
        },
    ),
    (
        "cyber_account_change",
        {"oid": "order-d", "amount": 5004, "close_date": CLOSING},
        "CyberAccount",
        {
            "LGD_METHOD": "CHANGE",
            "LGD_OID": "order-d",
            "LGD_AMOUNT": "5004",
            "LGD_CLOSEDATE": "20991028214354",
        },
    ),
    (
        "auth_only",
        {"key": "a key", "means": Means.MOBILE_PHONE},
        "AuthOnlyByKey",
        {"LGD_AUTHONLYKEY": "a key", "LGD_PAYTYPE": "SC0060"},
    ),
    (
        "card_auth",
        {"oid": "order-e", "amount": 1001, "card": CARD, "install_months": 3, **CARD_BUYER},
        "CardAuth",
        {
            "LGD_OID": "order-e",
            "LGD_AMOUNT": "1001",
            "LGD_INSTALL": "03",
            "VBV_ECI": "010",
            **CARD_SENT,
            **CARD_BUYER_SENT,
        },
    ),
    (
        "card_auth",
        {"oid": "order-f", "amount": 1002, "billing_key": "a billing key", "install_months": 4, **CARD_BUYER},
        "CardAuth",
        {
            "LGD_OID": "order-f",
            "LGD_AMOUNT": "1002",
            "LGD_INSTALL": "04",
            "VBV_ECI": "010",
            "LGD_PAN": "a billing key",
            **CARD_BUYER_SENT,
        },
    ),
    (
        "card_auth",
        {"oid": "order-i", "amount": 1005, "three_d_secure": SECURE, "install_months": 5, **CARD_BUYER},
        "CardAuth",
        {
            "LGD_OID": "order-i",
            "LGD_AMOUNT": "1005",
            "LGD_INSTALL": "05",
            **SECURE_SENT,
            **CARD_BUYER_SENT,
        },
    ),
    (
        "card_auth",
        {"oid": "order-j", "amount": 1006, "isp": ISP, "install_months": 6, **CARD_BUYER},
        "CardAuth",
        {
            "LGD_OID": "order-j",
            "LGD_AMOUNT": "1006",
            "LGD_INSTALL": "06",
            "LGD_AUTHTYPE": "ISP",
            **ISP_SENT,
            **CARD_BUYER_SENT,
        },
    ),
    (
        "make_billing_key",
        {"oid": "order-g", "card": CARD},
        "CardAuth",
        {"LGD_OID": "order-g", "LGD_AMOUNT": "0", "LGD_INSTALL": "00", "VBV_ECI": "010", **CARD_SENT},
    ),
    (
        "gift_culture_auth",
        {"oid": "order-h", "amount": 1003, "cult_id": "somebody", "cult_password": "a password", **BUYER},
        "GiftCulture",
        {
            "LGD_METHOD": "AUTH",
            "LGD_OID": "order-h",
            "LGD_AMOUNT": "1003",
            "LGD_CULTVERSION": "2",
            "LGD_CULTID": "somebody",
            "LGD_CULTPASSWD": "a password",
            **BUYER_SENT,
        },
    ),
    (
        "gift_culture_sms",
        {"tid": "tid-7", "cult_id": "somebody"},
        "GiftCulture",
        {"LGD_METHOD": "SMS", "LGD_TID": "tid-7", "LGD_CULTID": "somebody"},
    ),
    (
        "gift_culture",
        {"tid": "tid-8", "amount": 1004, "cult_pin": "12345678"},
        "GiftCulture",
        {"LGD_METHOD": "APP", "LGD_TID": "tid-8", "LGD_AMOUNT": "1004", "LGD_CULTPIN": "12345678"},
    ),
]

HEAD = {"LGD_TXID", "LGD_AUTHCODE", "LGD_MID", "LGD_TXNAME"}


def calls():
    return {name: call for name, call in vars(Calls).items() if not name.startswith("_")}


@pytest.mark.parametrize(("call", "arguments", "txname", "expected"), SENT)
def test_each_argument_is_sent_under_its_name(gateway, client, call, arguments, txname, expected):
    answer = getattr(client, call)(**arguments)
    sent = gateway.requests(answer.tx_id)[0]["parameters"]
    assert (sent["LGD_TXNAME"], sent["LGD_MID"]) == (txname, MID)
    sent = {name: value for name, value in sent.items() if name not in HEAD}
    assert sent.keys() == expected.keys()
    # The sandbox shows no secret; the next test looks at those.
    shown = {name: value for name, value in sent.items() if value != "***"}
    assert shown.items() <= expected.items()


@pytest.mark.parametrize(("call", "arguments", "txname", "expected"), SENT)
def test_each_text_is_refused_under_its_name(client, call, arguments, txname, expected):
    names = {value: name for name, value in expected.items()}
    for text, changed in with_a_nul(arguments):
        with pytest.raises(UsageError) as raised:
            getattr(client, call)(**changed)
        assert re.search(rf"\b{names[text]}\b", raised.value.message), (text, raised.value.message)


def with_a_nul(arguments):
    """Each text of the arguments, and the arguments with a NUL in it."""
    for name, value in arguments.items():
        if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                changed = dataclasses.replace(value, **{field.name: "a\0b"})
                yield getattr(value, field.name), {**arguments, name: changed}
        elif isinstance(value, str) and name not in ("means", "receipt_use"):
            yield value, {**arguments, name: "a\0b"}


def test_all_calls_and_arguments_are_in_the_list():
    given = {}
    for call, arguments, _, expected in SENT:
        given.setdefault(call, set()).update(arguments)
        # Of a method or a flag there is only one, and the values of two names could be told apart.
        assert len(set(expected.values())) == len(expected)
    # Neither is sent: the shop is in the head, and by the means of a cancel its answer is read.
    beside = {"self", "mid"}
    for name, call in calls().items():
        wanted = set(inspect.signature(call).parameters) - beside
        assert given[name] | ({"means"} if "cancel" in name else set()) >= wanted, name


def test_the_async_calls_are_the_same():
    for name, call in calls().items():
        awaited = getattr(AsyncClient, name)
        assert inspect.iscoroutinefunction(awaited), name
        assert inspect.signature(awaited) == inspect.signature(call), name


def test_what_asks_for_a_rollback_is_sent_under_its_name(gateway, client):
    paid = client.pay_by_key(gateway.paykey(gateway.order()), 23400)
    client.undo(paid.tx_id, "no stock", mid=MID)
    undone = gateway.requests(paid.tx_id)[-1]["parameters"]
    assert (undone["LGD_RB_TXID"], undone["LGD_RB_REASON"]) == (paid.tx_id, "no stock")
    with pytest.raises(UsageError, match="tx-none"):
        client.close_transaction("tx-none", "looked up")
    with pytest.raises(UsageError, match="tx-none"):
        client.undo_transaction("tx-none", "looked up")
