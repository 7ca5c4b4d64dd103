"""Escrow deliveries: what the gateway has afterwards, and what is raised if it has not."""

import asyncio
import datetime
import pickle

import pytest
from gateway import MID
from xpayclient import AsyncClient, ConfigError, Outcome, ProtocolError, TransportError, UsageError, XPayClient
from xpayclient.escrow import Received, Sent

AT = datetime.datetime(2026, 11, 28, 14, 30)


@pytest.fixture
def oid(gateway, client):
    """An order that was paid in escrow."""
    oid = gateway.order()
    assert client.pay_by_key(gateway.paykey(oid, escrow=True), 23400).is_success
    return oid


def sent(oid, **more):
    return Sent(oid=oid, date=AT, company_code="CJ", number="123456789012", **more)


def kept(gateway, oid):
    """What the ledger has of an order's deliveries."""
    tid = gateway.payment(oid)["tid"]
    rows = gateway.ask(f"/payments/{tid}")["deliveries"]
    return [(row["kind"], row["product"], row["date"], row["number"]) for row in rows]


def test_an_item_is_sent_and_received(gateway, client, oid):
    more = {"company": "CJ대한통운", "worker": "김배송", "worker_phone": "010-0000-0000"}
    client.register_delivery(sent(oid, product_id="goods-1", order_date="20261127", **more))
    utc = datetime.datetime(2026, 11, 30, 0, 5, tzinfo=datetime.timezone.utc)
    client.register_delivery(Received(oid=oid, date=utc, product_id="goods-1", name="홍길동", relation="본인"))
    assert kept(gateway, oid) == [
        ("03", "goods-1", "202611281430", "123456789012"),
        ("01", "goods-1", "202611300905", ""),
    ]
    parameters = gateway.ask("/requests")[-1]["parameters"]
    assert parameters["dlvtype"] == "01" and parameters["rcvname"] == "***"


def test_what_the_gateway_refuses_is_raised_with_its_answer(gateway, client):
    with pytest.raises(ProtocolError, match=r"the gateway answered \[SB15") as raised:
        client.register_delivery(sent(gateway.order()))
    assert (raised.value.code, raised.value.outcome) == ("90009", Outcome.ANSWERED)
    assert pickle.loads(pickle.dumps(raised.value)).outcome is Outcome.ANSWERED


def test_without_an_answer_it_may_be_there(gateway, client, oid):
    gateway.fail("close")
    with pytest.raises(TransportError, match="may have registered") as raised:
        client.register_delivery(sent(oid))
    assert raised.value.outcome is Outcome.IN_DOUBT
    assert len(kept(gateway, oid)) == 1


def test_what_is_wrong_is_not_sent(gateway, client):
    before = gateway.ask("/changes")
    for delivery, error, said in [
        (sent("a b"), UsageError, "LGD_OID"),
        (Sent(oid="o-1", date=AT, company_code="CJ", number="1 2"), UsageError, "dlvno may hold"),
        (sent("o-1", order_date="yesterday"), UsageError, "orderdate must be"),
        (sent("o-1", worker="😀"), UsageError, "dlvworker holds a character"),
    ]:
        with pytest.raises(error, match=said) as raised:
            client.register_delivery(delivery)
        assert raised.value.outcome is Outcome.NOT_SENT
    with pytest.raises(UsageError, match="LGD_MID"):
        client.register_delivery(sent("o-1"), mid="lgdacomxpay")
    with pytest.raises(UsageError, match="LGD_MID"):
        XPayClient(gateway.home, "test").register_delivery(sent("o-1"))
    client.SetConfig("test_escrow_url", "")
    with pytest.raises(ConfigError, match="test_escrow_url"):
        client.register_delivery(sent("o-1"))
    assert gateway.ask("/changes") == before


def test_a_repr_shows_nobody():
    assert "김배송" not in repr(sent("o-1", worker="김배송", worker_phone="010-0000-0000"))
    assert "홍길동" not in repr(Received(oid="o-1", date=AT, name="홍길동", relation="본인"))


def test_for_asyncio(gateway, oid):
    client = AsyncClient(gateway.home, "test", mid=MID)

    async def both():
        await asyncio.gather(client.register_delivery(sent(oid)), client.register_delivery(sent(oid, product_id="b")))

    asyncio.run(both())
    assert sorted(row[1] for row in kept(gateway, oid)) == ["", "b"]
