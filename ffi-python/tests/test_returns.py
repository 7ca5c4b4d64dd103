"""What comes back: the payment window's return, the billing window's, and mobile payments' notes."""

import asyncio
from urllib.parse import urlencode

import pytest
from gateway import MID
from xpayclient import AsyncClient, Means, ProtocolError, claimed_oid

SIGNED = ("LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_RESPCODE", "LGD_TIMESTAMP")


def posted(client, **changes):
    fields = {
        "LGD_RESPCODE": "0000",
        "LGD_RESPMSG": "인증성공",
        "LGD_MID": MID,
        "LGD_OID": "order-77",
        "LGD_AMOUNT": "5000",
        "LGD_TIMESTAMP": "20261123120000",
        "LGD_PAYTYPE": "SC0010",
        "LGD_FINANCECODE": "41",
        "LGD_BUYER": "홍길동",
        **changes,
    }
    signed = client.GetHashDataCas(*(fields[name] for name in SIGNED))
    return {"LGD_HASHDATA": signed, **fields}


def body(fields):
    return urlencode(fields, doseq=True, encoding="cp949").encode()


def returned(client, **changes):
    return posted(client, LGD_PAYKEY="K-1", **changes)


def test_a_return(client):
    came = body({**returned(client), "cart": "a 1", "item[]": ["빨강색", "파랑색"]})
    assert claimed_oid(came) == "order-77"
    back = client.verify_return(came, "order-77", 5000)
    assert back.is_success and not back.is_cancelled and (back.code, back.message) == ("0000", "인증성공")
    assert (back.mid, back.oid, back.amount, back.pay_key) == (MID, "order-77", 5000, "K-1")
    assert back.means == Means.CARD and back.institution.name == "신한"
    assert back.own == [("cart", "a 1"), ("item[]", "빨강색"), ("item[]", "파랑색")]
    assert back.get("LGD_BUYER") == "홍길동" and back.get("none") is None
    assert not {"홍길동", "K-1", "5000"} & set(repr(back).replace("=", " ").split())


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"LGD_OID": "order-78"}, "LGD_OID"),
        ({"LGD_AMOUNT": "500"}, "LGD_AMOUNT"),
        ({"LGD_MID": "tother"}, "LGD_MID"),
        ({"LGD_HASHDATA": "0" * 32}, "LGD_HASHDATA"),
        ({"LGD_HASHDATA": ""}, "LGD_HASHDATA is missing"),
        ({"LGD_PAYKEY": ""}, "LGD_PAYKEY is missing"),
        ({"LGD_PAYKEY": "k" * 101}, "LGD_PAYKEY"),
        ({"LGD.PAYKEY": "K-2"}, "parameter name"),
    ],
)
def test_a_return_that_is_not_the_orders(client, changes, named):
    with pytest.raises(ProtocolError, match=named):
        client.verify_return(body({**returned(client), **changes}), "order-77", 5000)


def test_a_failure_has_no_payment_key(client):
    for fields in ({"LGD_RESPCODE": "S053", "LGD_PAYKEY": "K-1"}, {**returned(client), "LGD_RESPCODE": "S053"}):
        back = client.verify_return(body(fields), "order-77", 5000)
        assert not back.is_success and back.is_cancelled
        assert back.pay_key is None and back.get("LGD_PAYKEY") is None


def test_a_billing_return(client):
    fields = {
        "LGD_BILLKEY": "B-1",
        "LGD_PAYTYPE": "SC0010",
        "LGD_PAYDATE": "20260101120000",
        "LGD_FINANCECODE": "41",
        "LGD_CARDNUM": "941061******0001",
        "LGD_EXPYEAR": "30",
        "LGD_EXPMON": "12",
        "LGD_TID": "tlgda2026010112000000001",
        "LGD_VANCODE": "01",
    }
    kept = client.read_billing_return(body(fields))
    assert kept.is_success and (kept.billing_key, kept.means, kept.code) == ("B-1", Means.CARD, "")
    assert (kept.card_number, kept.expiry_year, kept.expiry_month) == ("941061******0001", "30", "12")
    assert kept.pay_date.isoformat() == "2026-01-01T12:00:00+09:00" and kept.institution.name == "신한"
    assert kept.tid == fields["LGD_TID"] and kept.get("LGD_VANCODE") == "01" and "B-1" not in repr(kept)
    failed = client.read_billing_return(b"LGD_RESPCODE=S053&LGD_BILLKEY=B-1")
    assert not failed.is_success and failed.billing_key is None and failed.get("LGD_BILLKEY") is None
    with pytest.raises(ProtocolError, match="LGD_BILLKEY"):
        client.read_billing_return(b"")


class Shop:
    """An order of 5000 won, and how its saving ends."""

    def __init__(self, saved_tid=None, fails=False):
        self.saved_tid = saved_tid
        self.fails = fails
        self.steps = 0

    def save(self, note):
        self.steps += 1
        if self.fails:
            raise OSError("no disk")
        self.saved_tid = note.tid

    async def save_later(self, note):
        await asyncio.sleep(0)
        self.save(note)


@pytest.fixture(params=["sync", "asyncio"])
def answered(request, client, gateway):
    """Answers a note for a shop."""

    def answer(shop, **changes):
        came = body({**posted(client, LGD_TID="tid-1", **{k: v for k, v in changes.items() if k in SIGNED}), **changes})
        if request.param == "sync":
            return client.mobile_note(came, 5000, shop.save, saved_tid=shop.saved_tid)
        asynchronous = AsyncClient(gateway.home, "test", mid=MID)
        return asyncio.run(asynchronous.mobile_note(came, 5000, shop.save_later, saved_tid=shop.saved_tid))

    return answer


def test_a_mobile_note_is_saved_once(answered):
    shop = Shop()
    reply = answered(shop)
    assert (reply.answer, reply.error, shop.saved_tid) == ("OK", None, "tid-1") and reply.note.oid == "order-77"
    assert answered(shop).answer == "OK" and shop.steps == 1


def test_a_step_that_fails_is_answered_with_rollback_and_runs_again(answered):
    shop = Shop(fails=True)
    reply = answered(shop)
    assert reply.answer == "ROLLBACK" and isinstance(reply.error, OSError)
    shop.fails = False
    assert answered(shop).answer == "OK" and shop.steps == 2


def test_an_async_step_is_not_taken_for_done(client):
    shop = Shop()
    came = body(posted(client, LGD_TID="tid-1"))
    reply = client.mobile_note(came, 5000, shop.save_later, saved_tid=None)
    assert (reply.answer, shop.steps) == ("ROLLBACK", 0) and "AsyncClient" in str(reply.error)


def test_a_step_with_a_yield_is_not_taken_for_done(client, gateway):
    def save(note):
        yield note

    came = body(posted(client, LGD_TID="tid-1"))
    asynchronous = AsyncClient(gateway.home, "test", mid=MID)
    replies = [
        client.mobile_note(came, 5000, save, saved_tid=None),
        asyncio.run(asynchronous.mobile_note(came, 5000, save, saved_tid=None)),
    ]
    assert [(reply.answer, type(reply.error)) for reply in replies] == [("ROLLBACK", TypeError)] * 2


def test_a_plain_step_of_the_asyncio_client_has_saved(client, gateway):
    shop = Shop()
    came = body(posted(client, LGD_TID="tid-1"))
    asynchronous = AsyncClient(gateway.home, "test", mid=MID)
    reply = asyncio.run(asynchronous.mobile_note(came, 5000, shop.save, saved_tid=None))
    assert (reply.answer, reply.error, shop.saved_tid) == ("OK", None, "tid-1")


def test_another_payment_has_paid_the_order(answered):
    shop = Shop(saved_tid="tid-2")
    assert answered(shop).answer == "ROLLBACK" and shop.steps == 0


def test_a_note_of_a_failure(answered):
    shop = Shop()
    assert answered(shop, LGD_RESPCODE="XC99").answer == "OK" and shop.steps == 0


@pytest.mark.parametrize("changes", [{"LGD_HASHDATA": "0" * 32}, {"LGD_AMOUNT": "500"}, {"LGD_MID": "tother"}])
def test_a_note_that_is_not_verified_has_no_answer(answered, changes):
    shop = Shop()
    with pytest.raises(ProtocolError):
        answered(shop, **changes)
    assert shop.steps == 0


@pytest.mark.parametrize(("code", "repeated"), [("S007", True), ("XC01", True), ("S053", False)])
def test_a_repeated_payment_is_no_plain_decline(client, code, repeated):
    with client.transaction() as tx:
        tx.set("LGD_TXNAME", "PaymentByKey")
        tx.set("LGD_PAYKEY", "used before")
        tx.set("XPAY_SANDBOX_FAULT", f'body={{"LGD_RESPCODE":"{code}","LGD_RESPMSG":"no"}}')
        done = tx.send()
    assert not done.is_success and done.is_repeated is repeated
