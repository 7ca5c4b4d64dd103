"""Each value of an answer is read under its own name: no two are the same, so that a swap of two fields fails."""

import inspect
import json

import pytest
from test_typed_requests import CARD, CLOSING, calls
from xpayclient import CardDetails, CasFlag, Means, Points, TransportError, VirtualAccountDetails, results

INSTITUTION = {"LGD_FINANCECODE": "zz", "LGD_FINANCENAME": "어느 은행"}
PAYMENT = {
    "LGD_TID": "tid-1",
    "LGD_OID": "order-1",
    "LGD_AMOUNT": "23406",
    "LGD_PAYDATE": "20991028214354",
    **INSTITUTION,
    "LGD_FINANCEAUTHNUM": "approval-1",
    "LGD_CASHRECEIPTNUM": "receipt-1",
    "LGD_ESCROWYN": "Y",
    "LGD_PCANCELFLAG": "0",
}
PAID = {
    "tid": "tid-1",
    "oid": "order-1",
    "amount": 23406,
    "pay_date": CLOSING.replace(tzinfo=results.KST),
    "institution": results.Institution(code="zz", name="어느 은행"),
    "approval_number": "approval-1",
    "cash_receipt_number": "receipt-1",
    "escrow": True,
    "cancellable_in_part": False,
}

# How an answer is read, its row, and what it is read as.
READ = [
    (
        lambda client: client.pay_by_key("a key"),
        {
            **PAYMENT,
            "LGD_PAYTYPE": "SC0010",
            "LGD_CARDNUM": "941061******0001",
            "LGD_CARDINSTALLMONTH": "63",
            "LGD_CARDNOINTYN": "1",
            "LGD_CARDACQUIRER": "41",
        },
        {
            **PAID,
            "means": Means.CARD,
            "card": CardDetails(
                number="941061******0001",
                installment_months=3,
                points=Points.ISSUER,
                interest_free=True,
                acquirer="41",
            ),
            "virtual_account": None,
        },
    ),
    (
        lambda client: client.pay_by_key("a key"),
        {
            **PAYMENT,
            "LGD_PAYTYPE": "SC0040",
            "LGD_ACCOUNTNUM": "56211100001234",
            "LGD_CASFLAG": "R",
            "LGD_CASSEQNO": "004",
        },
        {
            **PAID,
            "means": Means.VIRTUAL_ACCOUNT,
            "card": None,
            "virtual_account": VirtualAccountDetails(number="56211100001234", flag=CasFlag.ALLOTTED, seqno="004"),
        },
    ),
    (
        lambda client: client.make_billing_key("order-1", CARD),
        {
            "LGD_BILLKEY": "a billing key",
            "LGD_PAYTYPE": "SC0010",
            "LGD_PAYDATE": "20991028214354",
            **INSTITUTION,
        },
        {
            "key": "a billing key",
            "means": Means.CARD,
            "date": PAID["pay_date"],
            "issuer": PAID["institution"],
        },
    ),
    (
        lambda client: client.cash_receipt_cancel("tid-1", means=Means.DEPOSIT),
        {
            "LGD_CASHRECEIPTNUM": "receipt-2",
            "LGD_TID": "tid-2",
            "LGD_OID": "order-2",
            "LGD_RESPDATE": "20991028214354",
        },
        {"number": "receipt-2", "tid": "tid-2", "oid": "order-2", "date": PAID["pay_date"]},
    ),
    (
        lambda client: client.cyber_account_change("order-1", 1),
        {
            "LGD_ACCOUNTNUM": "56211100005678",
            "LGD_TID": "tid-3",
            "LGD_OID": "order-3",
            "LGD_AMOUNT": "5005",
            **INSTITUTION,
            "LGD_CASFLAG": "I",
            "LGD_CASSEQNO": "005",
        },
        {
            "number": "56211100005678",
            "tid": "tid-3",
            "oid": "order-3",
            "amount": 5005,
            "bank": PAID["institution"],
            "flag": CasFlag.PAID_IN,
            "seqno": "005",
        },
    ),
    (
        lambda client: client.auth_only("a key", means=Means.MOBILE_PHONE),
        {
            "LGD_TID": "tid-4",
            "LGD_MOBILENUM": "01012121212",
            "LGD_MOBILE_SUBAUTH_NAME": "황진이",
            "LGD_MOBILE_SUBAUTH_BIRTH": "800101",
            "LGD_MOBILE_SUBAUTH_SEX": "2",
            "LGD_AUTHSUB_CI": "the ci",
            "LGD_AUTHSUB_DI": "the di",
        },
        {
            "tid": "tid-4",
            "mobile_number": "01012121212",
            "name": "황진이",
            "birth": "800101",
            "sex": "2",
            "ci": "the ci",
            "di": "the di",
        },
    ),
    (
        lambda client: client.cancel("tid-0", means=Means.BANK_TRANSFER),
        {"LGD_TID": "tid-5"},
        {
            "state": results.CancelState.DONE,
            "counts_as_done": True,
            "meaning": "정상 처리 및 재요청에 대한 정상 처리건 응답",
            "tid": "tid-5",
        },
    ),
]


@pytest.mark.parametrize(("call", "row", "expected"), READ)
def test_each_field_of_an_answer_is_read_under_its_name(gateway, client, call, row, expected):
    body = {"LGD_RESPCODE": "0000", "LGD_RESPMSG": "ok", "LGD_RESPONSE": [row]}
    gateway.fail("body=" + json.dumps(body, ensure_ascii=False))
    result = call(client)
    fields = [name for name, field in vars(type(result)).items() if isinstance(field, results._Field)]
    assert {name: getattr(result, name) for name in fields} == expected


def test_all_results_are_in_the_list():
    read = {inspect.signature(call).return_annotation.rpartition(".")[2] for call in calls().values()}
    assert read == {"Result"} | {kind.__name__ for kind in results.Result.__subclasses__()}
    assert len(READ) == len(results.Result.__subclasses__()) + 1


def test_what_recovery_did_is_told_apart(gateway, client):
    client.set_config("auto_rollback", "0")
    keys = [gateway.paykey(gateway.order()) for _ in range(2)]
    gateway.fail("close", "close")
    lost = []
    for key in keys:
        with pytest.raises(TransportError) as raised:
            client.pay_by_key(key, 23400)
        lost.append(raised.value.tx_id)
    gateway.ask("/faults", {"script": f"LGD_RB_TXID={lost[1]} before:close"})
    recovery = client.recover()
    assert [one.tx_id for one in recovery.rolled_back] == lost[:1]
    assert [(one.tx_id, one.error.tx_id) for one in recovery.open] == [(lost[1], lost[1])]
    assert recovery.elsewhere is False
    gateway.forget_faults()
    assert [one.tx_id for one in client.recover().rolled_back] == lost[1:]
