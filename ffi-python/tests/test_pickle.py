"""What a worker or a cache is given: results, notices and errors come out of pickle and copy as they went in, and keys do not."""

import copy
import json
import pickle

import pytest
from gateway import MID
from test_notices import notice
from test_returns import body, returned
from test_typed_results import READ
from xpayclient import (
    CasFlag,
    EscrowItem,
    NoteReply,
    OpenTransaction,
    Outcome,
    Recovery,
    TransportError,
    UsageError,
    XPayClient,
    XPayError,
    results,
)

WAYS = [
    pytest.param(lambda one, protocol=protocol: pickle.loads(pickle.dumps(one, protocol)), id=f"pickle-{protocol}")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
]
WAYS += [pytest.param(copy.copy, id="copy"), pytest.param(copy.deepcopy, id="deepcopy")]
every_way = pytest.mark.parametrize("again", WAYS)


def answer(gateway, row):
    """The next request is answered with this row."""
    gateway.fail("body=" + json.dumps({"LGD_RESPCODE": "0000", "LGD_RESPMSG": "결제성공", "LGD_RESPONSE": [row]}))


def same(one, other):
    assert type(one) is type(other) and one == other and repr(one) == repr(other)


@every_way
@pytest.mark.parametrize("read", READ, ids=lambda read: read[2].__name__ if isinstance(read[2], type) else "")
def test_a_result(gateway, client, read, again):
    call, row, *_ = read
    answer(gateway, row)
    result = call(client)
    other = again(result)
    same(result, other)
    assert hash(result) == hash(other) and {result: 1}[other] == 1
    assert (other.code, other.message, other.tx_id, other.json, other.rows) == (
        result.code,
        result.message,
        result.tx_id,
        result.json,
        result.rows,
    )
    names = [name for name, value in vars(type(result)).items() if isinstance(value, results._Field)]
    assert [getattr(other, name) for name in names] == [getattr(result, name) for name in names]
    with pytest.raises(AttributeError):
        other.code = "1"


def test_results_of_two_requests_differ(gateway, client):
    paid = [client.pay_by_key(gateway.paykey(gateway.order()), 23400) for _ in range(2)]
    assert paid[0] != paid[1] and paid[0] != object() and len({*paid, *copy.deepcopy(paid)}) == 2


@every_way
def test_a_notice_and_its_reply(client, again):
    told = client.verify_notice(notice(client), 5000)
    other = again(told)
    same(told, other)
    assert hash(told) == hash(other) and other.flag is CasFlag.PAID_IN and other.dedup_key == told.dedup_key
    assert (other.pay_date, other.institution, other.get("LGD_BUYER")) == (told.pay_date, told.institution, "홍길동")
    assert other.mobile_answer(told.tid) == "OK" and told != client.verify_notice(notice(client, LGD_BUYER="a"), 5000)
    reply = NoteReply(answer="OK", note=told)
    same(reply, again(reply))


@every_way
def test_returns_and_windows(client, again):
    back = client.verify_return(body({**returned(client), "cart": "a 1"}), "order-77", 5000)
    same(back, again(back))
    card = {
        "LGD_RESPCODE": "0000",
        "LGD_RESPMSG": "ok",
        "LGD_BILLKEY": "B-1",
        "LGD_PAYDATE": "20261128120000",
        "LGD_FINANCECODE": "41",
    }
    registered = client.read_billing_return(body(card))
    same(registered, again(registered))
    window = client.window(
        cst_mid="lgdacomxpay",
        oid="order-1",
        amount=1000,
        buyer="홍길동",
        product_info="상품",
        return_url="https://shop.example/return",
        escrow_items=[EscrowItem(id="1", name="상품", unit_price=1000)],
    )
    same(window, again(window))


@every_way
def test_what_is_open(again):
    error = TransportError("20008", "no answer / 응답 없음", "tx-1", Outcome.IN_DOUBT)
    names = ("tx_id", "mid", "txname", "platform", "at", "oid", "tid", "amount", "state", "detail")
    one = OpenTransaction(**dict.fromkeys(names, "1"), is_open=True, is_recoverable=True, file="f", error=error)
    recovery = Recovery(rolled_back=[], open=[one], elsewhere=False)
    same(recovery, again(recovery))
    assert again(error) == error and again(error).outcome is Outcome.IN_DOUBT and hash(again(error)) == hash(error)
    assert error != XPayError(*error.args) and error != UsageError(*error.args) and error != ValueError()


def test_a_billing_key_is_in_its_pickle(gateway, client):
    """The docs say so: whoever stores it, stores the key."""
    answer(gateway, {"LGD_BILLKEY": "K-secret", "LGD_PAYTYPE": "SC0010", "LGD_PAYDATE": "20261128120000"})
    from xpayclient import Card

    key = client.make_billing_key(gateway.order(), Card(number="5417000000001234", expiry_year="30", expiry_month="12"))
    assert b"K-secret" in pickle.dumps(key) and "K-secret" not in repr(key)


def test_mertkeys_stay(client):
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="MertKey"):
            leave(client.config)


def test_a_closed_client(gateway, client):
    """It can be closed in a `with` block, and again; every call after that says so."""
    oid = gateway.order()
    with XPayClient(gateway.home, "test", mid=MID) as shop:
        assert shop.pay_by_key(gateway.paykey(oid), 23400).is_success
        with pytest.raises(ZeroDivisionError), shop.transaction() as tx:
            tx.pay_by_key(gateway.paykey(gateway.order()), 23400)
            shop.close()
            raise ZeroDivisionError
        assert tx.outcome is Outcome.ROLLED_BACK
    shop.close()
    guard = shop.transaction()
    with guard:
        closed(lambda: guard.pay_by_key("a key", 1))
    for call in (
        shop.ping,
        shop.recover,
        lambda: shop.platform,
        lambda: shop.config,
        lambda: shop.Init_TX(MID),
        lambda: shop.Init(gateway.home, "test"),
        shop.Response_Code,
        lambda: shop.SetConfig("timeout", "1"),
        lambda: shop.verify_notice(b"", 1),
        lambda: shop.GetHashData(MID, "o", "1", "20261128120000"),
    ):
        closed(call)
    assert client.ping(), "another client is not closed"


def closed(call):
    with pytest.raises(UsageError, match="closed") as raised:
        call()
    assert (raised.value.code, raised.value.outcome) == ("90002", Outcome.NOT_SENT)
