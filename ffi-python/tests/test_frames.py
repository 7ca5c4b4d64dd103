"""A report that prints the variables of every frame, as many do, shows nothing that a caller handed over in secret."""

import asyncio
import datetime
import inspect
import traceback
from decimal import Decimal

import pytest
from xpayclient import AsyncClient, Card, RefundAccount, UsageError, XPayClient, XPayError, claimed_oid
from xpayclient import _calls as calls

PLANTED = "planted-and-to-be-seen-nowhere"
# Of texts, what may be seen: numbers of the payment, and what the shop says of itself and of its goods.
SEEN = {
    "oid", "tid", "tx_id", "mid", "means", "seqno", "product_info", "receipt_use", "business_number", "shop_name", "ceo_name",
    "shop_phone", "bank_code", "note_url", "cst_mid", "return_url", "window_type", "domain_url", "requester",
}  # fmt: skip
KNOWN = {
    "amount": 1000, "rows": 1, "remaining": 1000, "tax_free": 0, "vat": 0, "process_timeout": 60, "install_months": 0,
    "ask_remaining": False, "close_date": datetime.datetime(2026, 11, 28), "smartphone": False, "check_ssn": None,
    "timestamp": None, "escrow_items": (), "strict": False, "save": print, "saved_tid": None, "card": None, "others":
    {"LGD_BUYEREMAIL": PLANTED}, "body": f"LGD_OID=1&LGD_BUYER={PLANTED}&x=%zz".encode(),
    "refund_account": RefundAccount(PLANTED, "088", PLANTED, PLANTED), "delivery": None,
}  # fmt: skip
METHODS = [
    *(name for name, method in vars(calls.Calls).items() if inspect.isfunction(method) and not name.startswith("_")),
    "window", "billing_window", "identity_window", "verify_notice", "mobile_note", "verify_return", "read_billing_return",
]  # fmt: skip


def given(method):
    """A value for each of its parameters: a secret, unless it is known what it is."""
    values = {}
    for name in list(inspect.signature(method).parameters)[1:]:
        values[name] = KNOWN.get(name, "seen" if name in SEEN else PLANTED)
    if "card" in values and "billing_key" not in values:
        values["card"] = Card(*[PLANTED] * 5)
    return {name: value for name, value in values.items() if name not in ("mid", "isp", "three_d_secure")}


def report(error):
    """After the test's own frame, which has everything."""
    shown = traceback.TracebackException(type(error), error, error.__traceback__.tb_next, capture_locals=True)
    return "".join(shown.format())


def fails(*_):
    raise RuntimeError("not now")


@pytest.fixture
def failing(client, monkeypatch):
    """A client that fails where it has what it was given."""
    monkeypatch.setattr(XPayClient, "_client", fails)
    monkeypatch.setattr("xpayclient._client.billing_return", fails)
    return client


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("how", ["named", "in order"])
def test_a_call(failing, name, how):
    values = given(getattr(XPayClient, name))
    kinds = [one.kind for one in list(inspect.signature(getattr(XPayClient, name)).parameters.values())[1:]]
    by_place = [value for value, kind in zip(values.values(), kinds) if kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    in_order = by_place if how == "in order" else []
    with pytest.raises((RuntimeError, XPayError)) as raised:
        getattr(failing, name)(*in_order, **dict(list(values.items())[len(in_order) :]))
    shown = report(raised.value)
    assert "_client.py" in shown or "_windows.py" in shown or "_calls.py" in shown
    assert PLANTED not in shown, shown


@pytest.mark.parametrize("name", ["pay_by_key", "card_auth", "cash_receipt", "gift_culture"])
@pytest.mark.parametrize("guarded", [False, True])
def test_a_call_that_is_awaited(gateway, monkeypatch, name, guarded):
    client = AsyncClient(gateway.home, "test", mid="tlgdacomxpay")
    monkeypatch.setattr(XPayClient, "_client", fails)
    values = given(getattr(AsyncClient, name))

    async def call():
        if not guarded:
            return await getattr(client, name)(**values)
        async with client.transaction() as tx:
            return await getattr(tx, name)(**values)

    with pytest.raises(RuntimeError) as raised:
        asyncio.run(call())
    # Of the frames of this test only `call` has a variable, and no value in it.
    shown = report(raised.value).replace(repr(values), "")
    assert "_aio.py" in shown and PLANTED not in shown, shown


def test_parameters_one_by_one(gateway, monkeypatch):
    client = AsyncClient(gateway.home, "test", mid="tlgdacomxpay")

    async def send():
        async with client.transaction() as tx:
            tx.set("LGD_PAYKEY", PLANTED)
            monkeypatch.setattr(XPayClient, "_client", fails)
            await tx.send()

    with pytest.raises(RuntimeError) as raised:
        asyncio.run(send())
    assert PLANTED not in report(raised.value)


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.Set("LGD_PAN", f"{PLANTED}\ud800"),
        lambda client: client.SetConfig("tlgdacomxpay", f"{PLANTED}\ud800"),
        lambda client: client.Rollback(f"{PLANTED}\ud800"),
        lambda client: client.Report("1", f"{PLANTED}\ud800"),
        lambda client: client.Log(f"{PLANTED}\ud800"),
        lambda client: client.VerifyHashDataCas("m", "o", "1", "0000", "2", f"{PLANTED}\ud800"),
        lambda client: client.transaction().set("LGD_PAN", f"{PLANTED}\ud800"),
    ],
)
def test_the_vendors_calls(client, call):
    client.Init_TX("tlgdacomxpay")
    with pytest.raises((ValueError, UsageError)) as raised:
        call(client)
    shown = traceback.TracebackException(
        type(raised.value), raised.value, raised.value.__traceback__.tb_next.tb_next, capture_locals=True
    )
    assert PLANTED not in "".join(shown.format())


def test_a_body_that_is_none():
    with pytest.raises(Exception, match="9") as raised:
        claimed_oid(KNOWN["body"])
    assert PLANTED not in report(raised.value)


def test_what_is_hidden_is_what_was_given(gateway, client):
    """The gateway gets it, in every way in which a caller may write it."""
    oid = gateway.order()
    key = gateway.paykey(oid)
    paid = client.pay_by_key(amount=Decimal(23400), paykey=key)
    assert paid.is_success and paid.oid == oid
    again = client.card_auth(gateway.order(), 1000, card=Card("4330123412341235", "27", "12"), buyer="홍길동")
    assert again.is_success
    assert inspect.iscoroutinefunction(AsyncClient.pay_by_key)
    assert list(inspect.signature(XPayClient.pay_by_key).parameters)[:3] == ["self", "paykey", "amount"]
