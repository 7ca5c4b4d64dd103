"""What a typed call refuses before anything is written down or sent: a UsageError names the argument."""

import asyncio
import datetime
import enum
import os
from decimal import Decimal

import pytest
from gateway import MID, still_open
from xpayclient import (
    AsyncClient,
    Card,
    EscrowItem,
    Isp,
    Means,
    Outcome,
    ProtocolError,
    RefundAccount,
    ThreeDSecure,
    UsageError,
    XPayClient,
    claimed_oid,
)
from xpayclient.escrow import Sent

CARD = Card("4111222233334444", "31", "12")
SECURE = ThreeDSecure("4111222233334444", "07", "a proof", "a number")
ISP = Isp("03", "1", "0204", "a session key", "encrypted")
RECEIPT = {"means": "SC0030", "oid": "order-1", "card_number": "01012345678", "receipt_use": "1", "business_number": "1"}
# Each amount of each call, by the argument's name.
AMOUNTS = {
    "pay_by_key": ("amount", lambda client, amount: client.pay_by_key("key", amount)),
    "amount_check": ("amount", lambda client, amount: client.amount_check("key", amount)),
    "partial_cancel": ("amount", lambda client, amount: client.partial_cancel("tid", amount)),
    "remaining": ("remaining", lambda client, amount: client.partial_cancel("tid", 1, remaining=amount)),
    "cash_receipt": ("amount", lambda client, amount: client.cash_receipt(**RECEIPT, tid="tid", amount=amount)),
    "cash_receipt_cancel": ("amount", lambda client, amount: client.cash_receipt_cancel("tid", means="SC0030", amount=amount)),
    "cyber_account": ("amount", lambda client, amount: client.cyber_account("order-1", amount)),
    "cyber_account_change": ("amount", lambda client, amount: client.cyber_account_change("order-1", amount)),
    "card_auth": ("amount", lambda client, amount: client.card_auth("order-1", amount, billing_key="key")),
    "gift_culture_auth": (
        "amount",
        lambda client, amount: client.gift_culture_auth("order-1", amount, cult_id="id", cult_password="word"),
    ),
    "gift_culture": ("amount", lambda client, amount: client.gift_culture("tid", amount, cult_pin="1")),
}
WINDOW = {
    "cst_mid": "lgdacomxpay",
    "oid": "order-1",
    "amount": 23400,
    "buyer": "홍길동",
    "product_info": "머그컵",
    "return_url": "https://shop.example/returnurl",
}


def refused(call, *said):
    """The UsageError of a call, which has these words and a Korean sentence."""
    with pytest.raises(UsageError) as raised:
        call()
    error = raised.value
    assert (error.code, error.outcome) == ("90003", Outcome.NOT_SENT)
    assert all(word in error.message for word in said), error.message
    assert "십시오" in error.message
    return error


@pytest.fixture
def untouched(gateway, client):
    """Nothing reaches the gateway or the journal."""
    before = [request["txid"] for request in gateway.ask("/requests")], files(gateway)
    yield client
    assert ([request["txid"] for request in gateway.ask("/requests")], files(gateway)) == before
    assert still_open(client) == []


def files(gateway):
    """The journal's files, and when each was written last."""
    journals = [directory for directory, *_ in os.walk(os.path.dirname(gateway.home)) if directory.endswith("/journal")]
    return sorted((file.name, file.stat().st_mtime_ns) for journal in journals for file in os.scandir(journal))


@pytest.mark.parametrize("name", AMOUNTS)
@pytest.mark.parametrize(
    ("amount", "says"),
    [
        (0, "must be 1 won or more; found 0"),
        (Decimal("0.00"), "must be 1 won or more; found 0"),
        (-1, "must not be negative"),
        (Decimal("-1"), "must not be negative"),
        (Decimal("23400.50"), "must be whole won; found a fraction"),
        (Decimal("NaN"), "must be whole won, in digits only"),
        (Decimal("Infinity"), "must be whole won, in digits only"),
        (10**12, "may be 999999999999 won at most; found 13 digits"),
        (10**30, "may be 999999999999 won at most"),
        pytest.param(10**5000, "may be 999999999999 won at most", id="more than Python writes out"),
        pytest.param(-(10**5000), "must not be negative", id="less than Python writes out"),
        (Decimal("1E-100000000"), "must be whole won; found a fraction"),
        (Decimal("1E+999999"), "may be 999999999999 won at most"),
        (True, "must be int, or Decimal without a fraction, not bool"),
        (23400.0, "must be int, or Decimal without a fraction, not float"),
        ("23400", "must be int, or Decimal without a fraction, not str"),
        (b"1", "must be int, or Decimal without a fraction, not bytes"),
        ([1], "must be int, or Decimal without a fraction, not list"),
    ],
)
def test_an_amount_is_whole_won(untouched, name, amount, says):
    argument, call = AMOUNTS[name]
    refused(lambda: call(untouched, amount), f"argument {argument}", says)


@pytest.mark.parametrize("kind", [int, Decimal])
def test_an_amount_is_what_it_is_and_not_what_it_shows(client, kind):
    class Shown(kind):
        def __format__(self, form):
            return "1"

    assert dict(client.window(**{**WINDOW, "amount": Shown(23400)}).fields)["LGD_AMOUNT"] == "23400"


def test_a_member_of_an_enum_is_its_text(client):
    class Buyer(str, enum.Enum):
        HONG = "홍길동"

    assert dict(client.window(**{**WINDOW, "buyer": Buyer.HONG}).fields)["LGD_BUYER"] == "홍길동"


@pytest.mark.parametrize("name", ["pay_by_key", "partial_cancel", "card_auth"])
def test_an_amount_that_can_move_has_the_gateways_name_too(client, name):
    for amount in (0, 10**12):
        refused(lambda amount=amount: AMOUNTS[name][1](client, amount), "AMOUNT ", "(argument amount)")


def test_a_decimal_of_a_database_is_an_amount(gateway, client):
    order = gateway.order()
    paid = client.pay_by_key(gateway.paykey(order), Decimal("23400.00"))
    assert (paid.is_success, paid.amount) == (True, 23400)
    assert client.partial_cancel(paid.tid, Decimal("4E+2"), remaining=Decimal(23400), tax_free=Decimal("0.0")).is_success
    assert gateway.balance(order) == 23000


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda client: client.pay_by_key("", 1), "LGD_PAYKEY is required"),
        (lambda client: client.pay_by_key(None, 1), "argument paykey must be str, not NoneType"),
        (lambda client: client.pay_by_key(b"key", 1), "argument paykey must be str, not bytes"),
        (lambda client: client.pay_by_key("key\ud83d", 1), "argument paykey holds half of a surrogate pair"),
        (lambda client: client.pay_by_key("key", 1, process_timeout=-1), "argument process_timeout must be 0 to"),
        (lambda client: client.pay_by_key("key", 1, process_timeout=1.5), "argument process_timeout must be int, not float"),
        (lambda client: client.ping("3"), "argument rows must be int, not str"),
        (lambda client: client.cancel(""), "LGD_TID is required"),
        (lambda client: client.cancel(None), "argument tid must be str, not NoneType"),
        (lambda client: client.cancel("tid", means="SC0011"), "LGD_PAYTYPE must be one of SC0010, SC0030"),
        (lambda client: client.cancel("tid", means="card"), "(argument means"),
        (lambda client: client.cancel("tid", means=3), "argument means must be str, not int"),
        (lambda client: client.cancel("tid", refund_account=RefundAccount("1", "26", 5)), "argument refund_account.holder"),
        (lambda client: client.cancel("tid", refund_account="1"), "argument refund_account is str, which has no number"),
        (lambda client: client.partial_cancel("tid", 1, means="SC0011"), "LGD_PAYTYPE must be one of SC0010"),
        (lambda client: client.partial_cancel("", 1), "LGD_TID is required"),
        (lambda client: client.partial_cancel("tid", 1, ask_remaining="no"), "argument ask_remaining must be bool"),
        (lambda client: client.auth_only("key", means="SC0011"), "LGD_PAYTYPE must be one of ASC001"),
        (lambda client: client.auth_only("", means="ASC001"), "LGD_AUTHONLYKEY is required"),
        (lambda client: client.cash_receipt(**{**RECEIPT, "means": "SC0010"}, amount=1), "one of SC0030, SC0040, SC0100"),
        (lambda client: client.cash_receipt(**RECEIPT, amount=1), "LGD_TID is required"),
        (
            lambda client: client.cash_receipt(**{**RECEIPT, "receipt_use": "3"}, amount=1, tid="t"),
            "argument receipt_use must be 1",
        ),
        (lambda client: client.cash_receipt_cancel("tid", means="SC0010"), "one of SC0030, SC0040, SC0100"),
        (lambda client: client.cyber_account("", 1), "LGD_OID is required"),
        (lambda client: client.cyber_account("o", 1, close_date="20301231"), "argument close_date must be datetime.datetime"),
        (lambda client: client.cyber_account("o", 1, close_date=datetime.date(2030, 1, 1)), "datetime.datetime, not date"),
        (lambda client: client.card_auth("o", 1), "LGD_PAN must be of one card; found 0"),
        (lambda client: client.card_auth("o", 1, billing_key="k", card=CARD), "LGD_PAN must be of one card; found 2"),
        (lambda client: client.card_auth("o", 1, three_d_secure=SECURE, isp=ISP, card=CARD), "one card; found 3"),
        (lambda client: client.card_auth("o", 0, three_d_secure=SECURE), "LGD_AMOUNT must be 1 won or more"),
        (lambda client: client.card_auth("", 1, billing_key="k"), "LGD_OID is required"),
        (lambda client: client.card_auth("o", 1, billing_key=""), "LGD_PAN is required"),
        (lambda client: client.card_auth("o", 1, card="4111222233334444"), "argument card is str, which has no number"),
        (lambda client: client.card_auth("o", 1, card=Card("4111", "31", 12)), "argument card.expiry_month must be str, not int"),
        (
            lambda client: client.card_auth("o", 1, billing_key="k", install_months=300),
            "argument install_months must be 0 to 255",
        ),
        (lambda client: client.make_billing_key("o", None), "LGD_PAN must be of one card; found 0"),
        (lambda client: client.undo(None, "why"), "argument tx_id must be str"),
        (lambda client: client.undo("", "why"), "LGD_RB_TXID is required"),
        (lambda client: client.close_transaction("t", 1), "argument reason must be str"),
        (lambda client: client.undo_transaction(1, "why"), "argument tx_id must be str"),
        (lambda client: client.transaction().set("LGD_AMOUNT", 1), "argument LGD_AMOUNT must be str or bytes, not int"),
        (lambda client: client.transaction().set(3, "1"), "argument name must be str, not int"),
        (lambda client: client.register_delivery("sent"), "argument delivery must be Sent or Received, not str"),
        (lambda client: client.register_delivery(Sent("o", "today", "CJ", "1")), "argument date must be datetime.datetime"),
        (lambda client: client.verify_notice("body", 1), "argument body must be bytes, not str"),
        (lambda client: client.verify_notice(b"", 1.0), "argument amount must be int"),
        (lambda client: client.verify_return(b"", 7, 1), "argument oid must be str, not int"),
        (lambda client: client.verify_return(b"", "o", Decimal("1.5")), "argument amount must be whole won"),
        (lambda client: client.read_billing_return(None), "argument body must be bytes"),
        (lambda _: claimed_oid("body"), "argument body must be bytes"),
        (lambda client: client.window(**{**WINDOW, "amount": "23400"}), "argument amount must be int"),
        (lambda client: client.window(**{**WINDOW, "amount": 0}), "LGD_AMOUNT must be 1 won or more"),
        (lambda client: client.window(**WINDOW, others={"LGD_X": 1}), 'argument others["LGD_X"] must be str, not int'),
        (
            lambda client: client.window(**WINDOW, escrow_items=[EscrowItem("1", "컵", 1.5)]),
            "argument escrow_items.unit_price must be int",
        ),
        (lambda client: client.ping(mid=""), "LGD_MID is required"),
        (lambda client: client.ping(mid=7), "argument mid must be str, not int"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_sent(untouched, call, says):
    error = refused(lambda: call(untouched), says)
    assert not any(secret in str(error) for secret in ("4111", "SC0011", "\ud83d"))


def test_what_is_right_is_written_down_and_sent(gateway, client):
    """What `untouched` looks at is where requests are."""
    before = len(gateway.ask("/requests")), files(gateway)
    assert not client.cancel("nothing").is_success
    assert (len(gateway.ask("/requests")), files(gateway)) != before and files(gateway) != before[1]


def test_a_client_without_a_shop_asks_for_it(gateway):
    """Of the client's own there is none to fall back to, and an empty one of the call is no wish for it."""
    nameless = XPayClient(gateway.home, "test")
    for call in (
        nameless.ping,
        nameless.transaction,
        lambda: nameless.verify_notice(b"", 1),
        lambda: nameless.register_delivery(Sent("o", datetime.datetime.now(), "CJ", "1")),
        lambda: nameless.undo("t", "why"),
    ):
        refused(call, "LGD_MID is required", "(argument mid)", "상점아이디를")

    async def ping():
        await AsyncClient(gateway.home, "test").ping()

    refused(lambda: asyncio.run(ping()), "LGD_MID is required")
    with XPayClient(gateway.home, "test", mid=MID).transaction() as tx:
        refused(lambda: tx.ping(mid=""), "LGD_MID is required")


def test_where_the_payment_method_is_unknown_only_0000_counts(gateway, client):
    paid = client.pay_by_key(gateway.paykey(gateway.order()), 23400)
    assert client.cancel(paid.tid, means=None).counts_as_done
    assert not client.cancel(paid.tid, means="").counts_as_done and client.cancel(paid.tid, means=Means.CARD).counts_as_done


def test_a_decimal_is_compared_with_what_came_back(client):
    """The amount is the order's own, as its database has it."""
    with pytest.raises(ProtocolError):
        client.verify_notice(b"LGD_OID=o", Decimal("5000.00"))


@pytest.mark.parametrize("platform", ["test", "service"])
def test_on_service_a_window_returns_over_https(platform):
    client = XPayClient(mode=platform, mid="shop")
    assert client.init_mode(platform)
    for mid in ("shop", "tshop"):
        assert client.set_config(mid, "0123456789abcdef0123456789abcdef")
    plain = {"cst_mid": "shop", "return_url": "http://localhost/back"}
    calls = [
        lambda: client.window(**{**WINDOW, **plain}),
        lambda: client.billing_window(**plain, check_ssn=True),
        lambda: client.identity_window(**plain, means="ASC001", buyer_ssn="900101"),
    ]
    for call in calls:
        if platform == "test":
            assert call().get("LGD_RETURNURL") == "http://localhost/back"
        else:
            refused(call, "LGD_RETURNURL must begin with https:// on the service platform", "TLS를 설정")
