"""Notices."""

from urllib.parse import urlencode

import pytest
from gateway import MID
from xpayclient import NOTICE_ANSWER, CasFlag, Means, ProtocolError, UsageError, XPayClient, claimed_oid


def notice(client, **changes):
    fields = {
        "LGD_MID": MID,
        "LGD_OID": "order-77",
        "LGD_AMOUNT": "5000",
        "LGD_RESPCODE": "0000",
        "LGD_TIMESTAMP": "20261123120000",
        "LGD_TID": "tlgda2026112312000000001",
        "LGD_PAYTYPE": "SC0040",
        "LGD_CASFLAG": "I",
        "LGD_CASSEQNO": "001",
        "LGD_CASTAMOUNT": "5000",
        "LGD_CASCAMOUNT": "5000",
        "LGD_PAYDATE": "20261123120000",
        "LGD_FINANCECODE": "26",
        "LGD_BUYER": "홍길동",
    }
    fields["LGD_MID"] = changes.pop("signed_by", MID)
    signed = [fields[name] for name in ("LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_RESPCODE", "LGD_TIMESTAMP")]
    fields["LGD_HASHDATA"] = client.GetHashDataCas(*signed)
    return urlencode(fields | changes, encoding="cp949").encode()


def test_a_deposit(client):
    body = notice(client)
    assert claimed_oid(body) == "order-77"
    told = client.verify_notice(body, 5000)
    assert told.is_success and (told.oid, told.amount, told.mid) == ("order-77", 5000, MID)
    assert (told.means, told.flag, told.seqno) == (Means.VIRTUAL_ACCOUNT, CasFlag.PAID_IN, "001")
    assert (told.paid_in_total, told.paid_in_now) == (5000, 5000)
    assert told.pay_date.isoformat() == "2026-11-23T12:00:00+09:00" and told.institution.code == "26"
    assert told.dedup_key == (told.tid, "001", "I", "20261123120000")
    assert told.get("LGD_BUYER") == "홍길동" and "홍길동" not in repr(told)
    assert NOTICE_ANSWER == "OK"


@pytest.mark.parametrize(
    "changes",
    [
        {"LGD_AMOUNT": "50000"},
        {"LGD_HASHDATA": "0" * 32},
        {"LGD_OID": "order-78"},
        {"LGD_MID": "nobody"},
        {"LGD_CASFLAG": "X"},
    ],
)
def test_what_is_not_the_gateways(client, changes):
    with pytest.raises(ProtocolError):
        client.verify_notice(notice(client, **changes), 5000)


SAMPLE, REAL = "95160cce09854ef44d2edb2bfb05f9f3", "0123456789abcdef0123456789abcdef"


def shop_of(mode, *mids, mid=None, **keys):
    client = XPayClient(mode=mode, mid=mid)
    assert client.Init_Mode(mode)
    for name, key in {**dict.fromkeys(mids, REAL), **keys}.items():
        assert client.SetConfig(name, key)
    return client


@pytest.mark.parametrize(
    ("mode", "order", "comes"),
    [
        # Under the vendor's published MertKey, which copied files still hold.
        ("service", "shop", "lgdacomxpay"),
        # A test id's MertKey pays nothing in service, nor the reverse.
        ("service", "shop", "tshop"),
        ("test", "tshop", "shop"),
        # Another shop of the same file.
        ("service", "shop", "other"),
    ],
)
def test_another_shop_than_the_orders(mode, order, comes):
    client = shop_of(mode, "shop", "tshop", "other", lgdacomxpay=SAMPLE, mid=order)
    body = notice(client, signed_by=comes)
    with pytest.raises(ProtocolError, match="LGD_MID"):
        client.verify_notice(body, 5000)
    with pytest.raises(ProtocolError, match="LGD_MID"):
        client.verify_notice(body, 5000, mid=order)
    assert client.verify_notice(notice(client, signed_by=order), 5000).mid == order


def test_the_orders_own_shop_is_not_the_clients():
    client = shop_of("service", "shop", "other", mid="shop")
    assert client.verify_notice(notice(client, signed_by="other"), 5000, mid="other").mid == "other"
    with pytest.raises(UsageError, match="LGD_MID"):
        shop_of("service", "shop").verify_notice(notice(client, signed_by="shop"), 5000)


@pytest.mark.parametrize(("mode", "mid"), [("service", "tshop"), ("test", "shop"), ("service", "lgdacomxpay")])
def test_the_vendors_verification_is_of_the_clients_platform(mode, mid):
    """Also where a page takes LGD_MID from what came in."""
    client = shop_of(mode, "shop", "tshop", lgdacomxpay=SAMPLE)
    claims = (mid, "order-1", "1000", "0000", "20261123120000")
    hash_data = client.get_hash_data_cas(*claims)
    assert not client.VerifyHashDataCas(*claims, hash_data) and client.GetHashDataCas(*claims) != hash_data
    assert client.Response_Code() == "90003" and "LGD_MID" in client.Response_Detail()


def test_nothing_is_verified_before_init():
    client = XPayClient()
    client.SetConfig("shop", REAL)
    claims = ("shop", "order-1", "1000", "0000", "20261123120000")
    hash_data = client.get_hash_data_cas(*claims)
    assert not client.VerifyHashDataCas(*claims, hash_data) and client.Response_Code() == "90002"
    assert client.GetHashDataCas(*claims) != hash_data


def test_another_amount_than_the_orders(client):
    with pytest.raises(ProtocolError, match="LGD_AMOUNT"):
        client.verify_notice(notice(client), 500)


def test_what_is_no_notice(client):
    for body in (b"LGD_OID=a&LGD_OID=b", b"LGD_OID=%zz", b"x" * 70000):
        with pytest.raises(ProtocolError):
            claimed_oid(body)
        with pytest.raises(ProtocolError):
            client.verify_notice(body, 5000)
    assert claimed_oid(b"") is None
