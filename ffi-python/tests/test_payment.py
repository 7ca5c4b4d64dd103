"""A payment from PAYKEY to cancel, typed and in the vendor's manner."""

import datetime
import os

import pytest
from gateway import MID
from xpayclient import CancelState, CasFlag, Means, Outcome, ProtocolError, Result, UsageError, XPayClient


def test_typed(gateway, client):
    oid = gateway.order()
    paid = client.pay_by_key(gateway.paykey(oid), 23400)
    assert (paid.code, paid.is_success, paid.oid, paid.amount, paid.means) == (
        "0000",
        True,
        oid,
        23400,
        Means.CARD,
    )
    assert paid.pay_date.utcoffset() == datetime.timedelta(hours=9)
    assert paid.card.installment_months == 0 and paid.virtual_account is None
    assert paid.institution.name
    assert paid.get("LGD_OID") == paid.rows[0]["LGD_OID"] == oid and oid.encode() in paid.json
    part = client.partial_cancel(paid.tid, 400, remaining=23400, reason="한 개 품절")
    assert (part.state, part.counts_as_done) == (CancelState.DONE, True)
    assert gateway.balance(oid) == 23000
    assert client.cancel(paid.tid).state is CancelState.DONE
    assert gateway.balance(oid) == 0


def test_a_decline_is_a_result(gateway, client):
    declined = client.pay_by_key("no such key")
    assert isinstance(declined, Result) and not declined.is_success
    assert declined.message and declined.tx_id
    with pytest.raises(ProtocolError) as raised:
        _ = declined.amount
    assert declined.code in raised.value.message
    assert raised.value.outcome is Outcome.ANSWERED
    refused = client.cancel("no such tid")
    assert refused.state is CancelState.REFUSED and not refused.counts_as_done


def test_another_amount_than_the_buyer_agreed_to(gateway, client):
    oid = gateway.order()
    assert not client.pay_by_key(gateway.paykey(oid), 2340).is_success
    assert gateway.balance(oid) == 0


def test_a_virtual_account(gateway, client):
    oid = gateway.order()
    close = datetime.datetime(2099, 12, 31, 23, 59, 59)
    account = client.cyber_account(oid, 5000, close_date=close, buyer="홍길동", bank_code="26")
    assert account.is_success and account.number and account.flag is CasFlag.ALLOTTED
    later = datetime.datetime(2099, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)
    changed = client.cyber_account_change(oid, 6000, close_date=later)
    sent = gateway.requests(changed.tx_id)[0]["parameters"]
    assert (sent["LGD_CLOSEDATE"], sent["LGD_AMOUNT"]) == ("20991231090000", "6000")


def test_the_other_calls_reach_the_gateway(gateway, client):
    oid = gateway.order()
    key = gateway.paykey(oid)
    assert client.amount_check(key, 23400).is_success
    assert len(client.ping(3).rows) == 3
    paid = client.pay_by_key(key)
    assert client.adjust(paid.tid).code
    receipt = client.cash_receipt(
        means=Means.DEPOSIT,
        oid=gateway.order(),
        amount=1000,
        card_number="01012345678",
        receipt_use="1",
        business_number="1234567890",
    )
    assert receipt.is_success and receipt.number and receipt.date.year
    assert client.cash_receipt_cancel(receipt.tid, means=Means.DEPOSIT).code
    assert client.auth_only("no such key", means=Means.MOBILE_PHONE).code
    assert client.gift_culture_auth(gateway.order(), 1000, cult_id="somebody", cult_password="a password").code
    assert client.gift_culture_sms("tid", cult_id="somebody").code
    assert client.gift_culture("tid", 1000, cult_pin="12345678").code


def test_a_transaction_in_the_vendors_manner(gateway, client):
    oid = gateway.order()
    assert client.Outcome() is Outcome.NONE
    assert client.Init_TX(MID) and client.Set("LGD_TXNAME", "PaymentByKey")
    assert client.Set("LGD_PAYKEY", gateway.paykey(oid)) and client.TX()
    assert client.Response_Code() == "0000" and client.Outcome() is client.outcome is Outcome.ANSWERED
    assert client.Response("LGD_OID") == client.response("LGD_OID", 0) == oid
    assert client.Response("LGD_NONE") == client.Response("LGD_OID", 7) == client.Response("LGD_OID", -1) == ""
    assert client.Response_Count() == 1 and "LGD_TID" in client.Response_Names()
    assert oid in client.Response_Json() and client.Response_Msg()
    assert client.tx_id == client.TX_ID and client.TX_ID.startswith(MID)
    assert client.Rollback("no stock") and client.Response_Code() == "0000"
    assert gateway.balance(oid) == 0


def test_a_failure_in_the_vendors_manner_is_false(gateway, client):
    oid = gateway.order()
    assert not client.TX() and client.Response_Code() == "90002"
    client.Init_TX(MID)
    client.Set("LGD_TXNAME", "PaymentByKey")
    client.Set("LGD_PAYKEY", gateway.paykey(oid))
    client.Set("XPAY_SANDBOX_FAULT", "close")
    assert client.TX() is False
    assert (client.Response_Code(), client.Outcome()) == ("20008", Outcome.ROLLED_BACK)
    assert client.Response_Msg() == "결제되지 않았습니다. 잠시 후 다시 시도해 주십시오. (Recv error)"
    assert "망취소" in client.Response_Detail() and client.TX_ID in client.Response_Detail()
    assert client.Response_Names() is None and client.Response_Json() == ""


def test_init_tx_keeps_the_last_answer(gateway, client):
    """Shops take LGD_TID from it for the cancel that they have just begun."""
    oid = gateway.order()
    client.Init_TX(MID), client.Set("LGD_TXNAME", "PaymentByKey"), client.Set("LGD_PAYKEY", gateway.paykey(oid))
    assert client.TX()
    answer = client.Response_Json(), client.response_body(), client.Response_Count(), client.Response_Names()
    assert client.Init_TX(MID) and client.outcome is Outcome.NONE
    assert answer == (
        client.Response_Json(),
        client.response_body(),
        client.Response_Count(),
        client.Response_Names(),
    )
    assert client.Response_Code() == "0000" and client.Response_Msg()
    client.Set("LGD_TXNAME", "Cancel"), client.Set("LGD_TID", client.Response("LGD_TID"))
    assert client.TX() and client.Response_Code() == "0000" and gateway.balance(oid) == 0


def test_what_init_tx_failed_with_is_still_told_after_tx(client):
    """Pages look at the code after TX, and not at what Init_TX returned."""
    assert not client.Init_TX("nobody")
    why = client.Response_Code(), client.Response_Msg()
    assert why[0] == "10004" and "nobody" in why[1]
    assert not client.Set("LGD_TXNAME", "Ping") and not client.TX()
    assert (client.Response_Code(), client.Response_Msg()) == why and client.outcome is Outcome.NOT_SENT


def test_a_rollback_of_what_was_not_sent_is_none(gateway, client):
    client.Init_TX(MID), client.Set("LGD_TXNAME", "Ping")
    client.SetConfig("test_url", "https://127.0.0.1:1/")
    client.Init_TX(MID), client.Set("LGD_TXNAME", "PaymentByKey"), client.Set("LGD_PAYKEY", "key")
    assert not client.TX() and client.outcome is Outcome.NOT_SENT
    assert not client.Rollback("no stock") and client.Response_Code() == "90002"


NUL = "a\0b"


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda client: client.Set("LGD_BUYER", NUL), "LGD_BUYER"),
        (lambda client: client.Set("LGD_BUYER", NUL.encode()), "LGD_BUYER"),
        (lambda client: client.Set(NUL, "value"), "NUL"),
        (lambda client: client.SetConfig("server_id", NUL), "server_id"),
        (lambda client: client.SetConfig(NUL, "value"), "NUL"),
        (lambda client: client.Report("1", NUL), "LGD_MSG"),
    ],
)
def test_a_nul_is_refused_by_name_and_nothing_is_sent(gateway, client, call, named):
    """C cannot say it and PHP refuses it; Python sent it as %00."""
    client.Init_TX(MID), client.Set("LGD_TXNAME", "Ping")
    assert client.TX()
    before = len(gateway.ask("/requests"))
    assert call(client) is False
    assert client.Response_Code() == "90003" and named in client.Response_Detail()
    assert len(gateway.ask("/requests")) == before


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda client: client.pay_by_key(NUL), "LGD_PAYKEY"),
        (lambda client: client.cancel(NUL), "LGD_TID"),
        (lambda client: client.cancel("tid", reason=NUL), "LGD_CANCELREASON"),
        (lambda client: client.transaction().set("LGD_BUYER", NUL), "LGD_BUYER"),
        (lambda client: client.transaction().set(NUL, "value"), "NUL"),
    ],
)
def test_a_nul_raises_by_name(gateway, client, call, named):
    before = len(gateway.ask("/requests"))
    with pytest.raises(UsageError, match=named) as raised:
        call(client)
    assert raised.value.code == "90003" and len(gateway.ask("/requests")) == before


def test_a_rollback_is_sent_without_the_nul_of_its_reason(gateway, client):
    """An approval is not left standing because of it."""
    paid = client.pay_by_key(gateway.paykey(gateway.order()), 23400)
    assert client.undo(paid.tx_id, NUL).is_success
    (sent,) = [request for request in gateway.requests(paid.tx_id) if request["txname"] == "Rollback"]
    assert sent["parameters"]["LGD_RB_REASON"] == "ab"


def test_the_shops_step_in_the_vendors_manner(gateway, client):
    for step, code, balance in [
        (lambda c: bool(c.Response("LGD_TID")), "0000", 23400),
        (lambda c: False, "90007", 0),
    ]:
        oid = gateway.order()
        client.Init_TX(MID)
        client.Set("LGD_TXNAME", "PaymentByKey")
        client.Set("LGD_PAYKEY", gateway.paykey(oid))
        assert client.TX_Guarded(step) is (code == "0000")
        assert client.Response_Code() == code and gateway.balance(oid) == balance


def test_a_step_in_the_vendors_manner_that_raises(gateway, client):
    oid = gateway.order()
    client.Init_TX(MID)
    client.Set("LGD_TXNAME", "PaymentByKey")
    client.Set("LGD_PAYKEY", gateway.paykey(oid))
    with pytest.raises(ZeroDivisionError):
        client.TX_Guarded(lambda c: 1 / 0)
    assert (client.Outcome(), gateway.balance(oid)) == (Outcome.ROLLED_BACK, 0)


@pytest.mark.parametrize(
    ("encoding", "value", "seen"),
    [
        (None, "홍길동 똠", "홍길동 똠"),
        ("UTF-8", "홍길동 😀", "홍길동 😀"),
        (None, "홍길동".encode("cp949"), "홍길동"),
        (None, "a😀", "a?"),
    ],
)
def test_text_is_sent_in_the_shops_encoding(gateway, client, encoding, value, seen):
    client.Init_TX(MID)
    client.Set("LGD_TXNAME", "Cancel")
    if encoding:
        client.Set("LGD_ENCODING", encoding)
    client.Set("LGD_CANCELREASON", value)
    client.TX()
    assert gateway.requests(client.TX_ID)[0]["parameters"]["LGD_CANCELREASON"] == seen


def test_the_vendors_names_are_the_others():
    for vendor, ours in [
        ("Init_TX", "init_tx"),
        ("GetReceiptAuthdata", "get_receipt_authdata"),
        ("Response_Detail", "response_detail"),
        ("Response_Code", "response_code"),
    ]:
        assert getattr(XPayClient, vendor) is getattr(XPayClient, ours)


def test_signatures(client):
    hash_data = client.GetHashData(MID, "ORDER-20200515_1", "23400", "20200515101110")
    assert hash_data == "f136a2679939bcd3b11e29e7929e1829"
    cas = client.GetHashDataCas(MID, "ORDER-20200515_1", "23400", "0000", "20200515101110")
    assert cas == "30fabd34e3b41749b2b99c54d9095b7f"
    assert client.VerifyHashDataCas(MID, "ORDER-20200515_1", "23400", "0000", "20200515101110", cas)
    assert not client.VerifyHashDataCas(MID, "ORDER-20200515_1", "23401", "0000", "20200515101110", cas)
    assert client.GetReceiptAuthdata(MID, "tlgda2020051510111200001") == "4ef8c7d13af4ea0e4c1b80c9316f03f8"
    assert client.get_hash_data("nobody", "o", "1", "20200515101110") is None and client.Response_Code() == "10004"
    assert len(client.GetTimeStamp()) == 14


def test_the_vendors_calls_sign_as_given_and_the_others_are_strict(client, caplog):
    assert client.GetHashData(MID, "test_1234567890020", "50000", "1234567890") == "8b41c36b5a1838e437e44efa26aa982f"
    assert "LGD_TIMESTAMP" in caplog.text and "1234567890" not in caplog.text
    assert client.get_hash_data(MID, "test_1234567890020", "50000", "1234567890") is None
    cas = client.GetHashDataCas(MID, "주문 1.2", "23400", "0000", "20200515101110")
    assert len(cas) == 32 and cas.isalnum()
    assert client.get_hash_data_cas(MID, "주문 1.2", "23400", "0000", "20200515101110").startswith("refused:")
    assert len(client.GetHashDataOpenpay("V1", MID, "U1", "", "1234567890")) == 128
    assert client.get_hash_data_openpay("V1", MID, "U1", "", "1234567890") is None


def test_where_a_signature_is_refused_nothing_that_was_posted_equals_it(client):
    """Nor does a missing LGD_HASHDATA: None would equal None."""
    made = [
        call(MID, *fields)
        for call, fields in [
            (client.GetHashData, ("o-1", "23400", "000020200515101110")),
            (client.GetHashDataCas, ("o-1", "23,400", "0000", "20200515101110")),
            (client.get_hash_data_cas, ("o-1", "23,400", "0000", "20200515101110")),
        ]
        for _ in range(2)
    ]
    assert client.Response_Code() == "90003" and "LGD_AMOUNT" in client.Response_Detail()
    assert len(set(made)) == len(made) and all(one.startswith("refused:") for one in made)


def test_settings(gateway, client):
    assert client.config["timeout"] and MID in client.config and "nothing" not in client.config
    assert client.SetConfig("timeout", "7") and client.config["timeout"] == "7"
    assert not client.SetConfig("", "7") and client.Response_Code() == "90003"
    assert os.fspath(gateway.home) in repr(client)


def test_without_files(gateway):
    client = XPayClient()
    assert not client.Init_TX(MID) and client.Response_Code() == "90002"
    assert client.Init_Mode("test")
    assert not client.Init_TX(MID) and client.Response_Code() == "10004"
    assert client.Init(gateway.home, "test") and client.Init_TX(MID)
    assert not client.Init("nowhere at all") and client.Response_Code() == "10001"


@pytest.mark.parametrize("wrong", [None, 1, 1.5, ["x"]])
def test_wrong_types(client, wrong):
    client.Init_TX(MID)
    with pytest.raises(TypeError):
        client.Set("LGD_AMOUNT", wrong)
