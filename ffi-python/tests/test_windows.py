"""The forms of the windows: under which names their values are sent, what is warned of and refused, what the gateway takes."""

import datetime
import inspect
import json
import pathlib
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter

import pytest
from gateway import MID, PATIENCE
from xpayclient import ConfigError, EscrowItem, UsageError, XPayClient

TIMESTAMP = datetime.datetime(2099, 10, 28, 21, 43, 54)
PAYMENT = {
    "cst_mid": "lgdacomxpay",
    "oid": "order-w",
    "amount": 23405,
    "buyer": "홍길동",
    "product_info": "머그컵",
    "return_url": "https://shop.example/return",
    "window_type": "popup",
    "domain_url": "shop.example",
}
BILLING = {"cst_mid": "lgdacomxpay", "return_url": "https://shop.example/card", "check_ssn": True}
IDENTITY = {"cst_mid": "lgdacomxpay", "means": "ASC002", "buyer_ssn": "9001011", "return_url": "https://shop.example/who"}
MERCHANT = {"CST_PLATFORM": "test", "CST_MID": "lgdacomxpay", "LGD_MID": MID}
# Every window with all its arguments, no two of one value, and what is sent of them.
SENT = {
    "window": (
        {
            **PAYMENT,
            "buyer_id": "gildong",
            "buyer_ip": "192.0.2.7",
            "timestamp": TIMESTAMP,
            "escrow_items": [EscrowItem("A-1", "찻잔", 4000, 3, "C-1")],
            "others": {"LGD_BUYEREMAIL": "gil@shop.example"},
            "strict": True,
        },
        {
            "LGD_OID": "order-w",
            "LGD_AMOUNT": "23405",
            "LGD_BUYER": "홍길동",
            "LGD_PRODUCTINFO": "머그컵",
            "LGD_RETURNURL": "https://shop.example/return",
            "LGD_WINDOW_TYPE": "popup",
            "LGD_DOMAIN_URL": "shop.example",
            "LGD_BUYERID": "gildong",
            "LGD_BUYERIP": "192.0.2.7",
            "LGD_TIMESTAMP": "20991028214354",
            "LGD_ESCROW_GOODID": "A-1",
            "LGD_ESCROW_GOODNAME": "찻잔",
            "LGD_ESCROW_GOODCODE": "C-1",
            "LGD_ESCROW_UNITPRICE": "4000",
            "LGD_ESCROW_QUANTITY": "3",
            "LGD_BUYEREMAIL": "gil@shop.example",
            "LGD_CUSTOM_PROCESSTYPE": "TWOTR",
        },
    ),
    "billing_window": (
        {
            **BILLING,
            "smartphone": True,
            "buyer_ssn": "900101",
            "window_type": "submit",
            "others": {"LGD_ENCODING": "UTF-8"},
            "strict": True,
        },
        {
            "LGD_PAYWINDOWTYPE": "CardBillingAuth_smartphone",
            "LGD_RETURNURL": "https://shop.example/card",
            "LGD_BUYERSSN": "900101",
            "LGD_CHECKSSNYN": "Y",
            "LGD_WINDOW_TYPE": "submit",
            "LGD_ENCODING": "UTF-8",
        },
    ),
    "identity_window": (
        {**IDENTITY, "window_type": "submit", "timestamp": TIMESTAMP, "others": {"LGD_ENCODING": "UTF-8"}, "strict": True},
        {
            "LGD_PAYTYPE": "ASC002",
            "LGD_BUYERSSN": "9001011",
            "LGD_RETURNURL": "https://shop.example/who",
            "LGD_WINDOW_TYPE": "submit",
            "LGD_TIMESTAMP": "20991028214354",
            "LGD_ENCODING": "UTF-8",
        },
    ),
}


@pytest.mark.parametrize("call", SENT)
def test_each_argument_is_sent_under_its_name(client, call):
    arguments, expected = SENT[call]
    window = getattr(client, call)(**arguments)
    sent = dict(window.fields)
    signature = sent.pop("LGD_HASHDATA", None)
    assert (signature is None) == (call == "billing_window")
    assert sent == {**MERCHANT, **expected}
    assert window.warnings == []
    assert all(f'name="{name}" value="{value}"' in window.hidden_fields for name, value in sent.items())
    assert window.hidden_fields.count("<input ") == len(window.fields)
    # Whoever adds an argument adds it here.
    assert {"self", *arguments} == {*inspect.signature(getattr(XPayClient, call)).parameters}


def test_a_payment_is_signed_now_without_what_it_can_do_without(client):
    window = client.window(**PAYMENT)
    signed = client.GetHashData(MID, "order-w", "23405", window.get("LGD_TIMESTAMP"))
    assert window.get("LGD_HASHDATA") == signed
    assert (window.get("LGD_BUYERID"), window.get("LGD_BUYERIP"), window.warnings) == (None, None, [])


def test_an_identity_has_the_signature_of_the_examples(client):
    path = pathlib.Path(__file__).parents[2] / "protocol/vectors.json"
    (vector,) = json.loads(path.read_text(encoding="utf-8"))["identity"]
    client.set_config(vector["mid"], vector["mert_key"])
    at = datetime.datetime.strptime(vector["timestamp"], "%Y%m%d%H%M%S")
    window = client.identity_window(**{**IDENTITY, "buyer_ssn": vector["buyerssn"], "timestamp": at})
    assert (window.get("LGD_MID"), window.get("LGD_HASHDATA")) == (vector["mid"], vector["md5_hex"])


def test_three_items_under_escrow(client):
    items = [EscrowItem("A-1", "컵", 500, 2, "C1"), EscrowItem("A-2", "접시", 400), EscrowItem("A-3", "솥", 600, code="C3")]
    window = client.window(**PAYMENT, escrow_items=iter(items), others={"LGD_ESCROW_USEYN": "Y"})
    of = {name: [value for known, value in window.fields if known == name] for name, _ in window.fields}
    assert of["LGD_ESCROW_GOODID"] == ["A-1", "A-2", "A-3"]
    assert of["LGD_ESCROW_GOODNAME"] == ["컵", "접시", "솥"]
    assert of["LGD_ESCROW_GOODCODE"] == ["C1", "", "C3"]
    assert of["LGD_ESCROW_UNITPRICE"] == ["500", "400", "600"]
    assert of["LGD_ESCROW_QUANTITY"] == ["2", "1", "1"]
    assert [name for name, times in Counter(name for name, _ in window.fields).items() if times == 3] == [
        f"LGD_ESCROW_{name}" for name in ("GOODID", "GOODNAME", "GOODCODE", "UNITPRICE", "QUANTITY")
    ]
    assert window.get("LGD_ESCROW_GOODID") == "A-1" and window.warnings == []
    assert "접시" not in repr(items) + repr(window)


def test_what_the_gateway_may_refuse_is_a_warning_or_with_strict_an_error(client):
    unclear = {**PAYMENT, "others": {"LGD_CLOSEDATE": "20990516", "cart": "no. 7, by the door"}}
    window = client.window(**unclear)
    assert (window.get("LGD_CLOSEDATE"), window.get("cart")) == ("20990516", "no. 7, by the door")
    date, cart = window.warnings
    assert date.startswith("LGD_CLOSEDATE has a day of 8 digits") and cart.startswith("cart ") and "상점이 정한 이름" in cart
    assert "door" not in cart
    with pytest.raises(UsageError, match="LGD_CLOSEDATE has a day of 8 digits"):
        client.window(**unclear, strict=True)
    returned = {"cart": "7", "LGD_RETURN_MERT_CUSTOM_PARAM": "Y", "CST_WINDOW_TYPE": "iframe"}
    assert client.window(**{**PAYMENT, "window_type": "", "others": returned}, strict=True).warnings == []


@pytest.mark.parametrize(
    ("call", "arguments", "named"),
    [
        ("window", {**PAYMENT, "oid": "x" * 64}, "LGD_OID"),
        ("window", {**PAYMENT, "buyer": "<script>"}, "LGD_BUYER must not hold <"),
        ("window", {**PAYMENT, "others": {"LGD_OID": "other"}}, "LGD_OID is given twice"),
        ("window", {**PAYMENT, "others": {"LGD_CUSTOM_USABLEPAY": "SC0111"}}, "LGD_BUYERID is required"),
        ("window", {**PAYMENT, "others": {"LGD_PAYWINDOWTYPE": "CUPS"}}, "LGD_NOTEURL is required"),
        ("billing_window", {**BILLING, "check_ssn": None}, "LGD_BUYERSSN or LGD_CHECKSSNYN"),
        ("billing_window", {**BILLING, "return_url": ""}, "LGD_RETURNURL is required"),
        ("identity_window", {**IDENTITY, "buyer_ssn": ""}, "LGD_BUYERSSN is required"),
        # An order, an amount and a code: the same bytes as those of a paid notification.
        ("identity_window", {**IDENTITY, "buyer_ssn": "A-1100000000"}, "LGD_BUYERSSN must be the 13 digits"),
    ],
)
def test_what_is_certainly_wrong_is_an_error(client, call, arguments, named):
    with pytest.raises(UsageError, match=named) as refused:
        getattr(client, call)(**arguments)
    assert refused.value.outcome.name == "NOT_SENT"


def test_a_key_is_needed_where_something_is_signed(client):
    stranger = {"cst_mid": "stranger"}
    for sign in (lambda: client.window(**{**PAYMENT, **stranger}), lambda: client.identity_window(**{**IDENTITY, **stranger})):
        with pytest.raises(ConfigError, match="10004"):
            sign()
    assert client.billing_window(**{**BILLING, **stranger}).get("LGD_MID") == "tstranger"


def test_a_wrong_type_names_the_argument(client):
    with pytest.raises(UsageError, match="unit_price"):
        client.window(**PAYMENT, escrow_items=[EscrowItem("A-1", "컵", "500")])
    with pytest.raises(UsageError, match="escrow_items is int"):
        client.window(**PAYMENT, escrow_items=[3])


@pytest.mark.parametrize(
    ("path", "sign"),
    [
        ("window", lambda client: client.window(**PAYMENT)),
        (
            "window",
            lambda client: client.window(
                **PAYMENT,
                escrow_items=[EscrowItem(f"A-{n}", "컵", 500) for n in range(3)],
                others={"LGD_ESCROW_USEYN": "Y", "LGD_RETURN_MERT_CUSTOM_PARAM": "Y", "cart": "7"},
            ),
        ),
        ("window", lambda client: client.window(**{**PAYMENT, "window_type": "", "domain_url": ""})),
        ("window", lambda client: client.billing_window(**BILLING)),
        ("window", lambda client: client.billing_window(**BILLING, smartphone=True)),
        ("authonly", lambda client: client.identity_window(**IDENTITY)),
    ],
    ids=["payment", "escrow", "bare", "billing", "billing on a phone", "identity"],
)
def test_the_gateway_opens_what_was_signed(gateway, client, path, sign):
    status, text = opened(gateway, path, sign(client).fields)
    assert status == 200, text


def test_the_gateway_opens_no_changed_amount(gateway, client):
    fields = [(name, "10" if name == "LGD_AMOUNT" else value) for name, value in client.window(**PAYMENT).fields]
    status, text = opened(gateway, "window", fields)
    assert status == 400 and "LGD_HASHDATA" in text


def opened(gateway, path, fields):
    """What the gateway answers to the browser's form, status and page."""
    body = urllib.parse.urlencode([*fields, ("LGD_ENCODING", "UTF-8")]).encode()
    try:
        with urllib.request.urlopen(f"{gateway.facts['web']}/xpay/{path}", body, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()
