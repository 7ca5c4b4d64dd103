"""What real shops' pages send, written out in full and signed as they sign it, without our library."""

from __future__ import annotations

import hashlib
import json
import urllib.parse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

CST_MID, MID = "lgdacomxpay", "tlgdacomxpay"
# The vendor's public sample key.
KEY = "95160cce09854ef44d2edb2bfb05f9f3"

# What a request is before a case changes it.
BASES: dict[str, dict[str, str]] = {
    "payment": {
        "CST_PLATFORM": "test",
        "CST_MID": CST_MID,
        "LGD_MID": MID,
        "LGD_OID": "",
        "LGD_AMOUNT": "1000",
        "LGD_BUYER": "홍길동",
        "LGD_PRODUCTINFO": "머그컵",
        "LGD_TIMESTAMP": "20200515101110",
        "LGD_RETURNURL": "https://shop.example/returnurl.php",
        "LGD_WINDOW_TYPE": "iframe",
        "LGD_BUYERID": "guest",
        "LGD_BUYERIP": "192.0.2.1",
        "LGD_CUSTOM_PROCESSTYPE": "TWOTR",
        "LGD_DOMAIN_URL": "xpayvvip",
    },
    "billing": {
        "CST_PLATFORM": "test",
        "CST_MID": CST_MID,
        "LGD_MID": MID,
        "LGD_PAYWINDOWTYPE": "CardBillingAuth",
        "LGD_RETURNURL": "https://shop.example/billing.php",
    },
    "identity": {
        "CST_PLATFORM": "test",
        "CST_MID": CST_MID,
        "LGD_MID": MID,
        "LGD_BUYERSSN": "9001011",
        "LGD_TIMESTAMP": "20200515101110",
        "LGD_RETURNURL": "https://shop.example/identity.php",
    },
    # Captured on the test platform in 2021; what could be anybody's is replaced.
    "return": {
        "LGD_RESPCODE": "0000",
        "LGD_RESPMSG": "인증성공",
        "LGD_MID": MID,
        "LGD_OID": "test_3465",
        "LGD_AMOUNT": "1000",
        "LGD_PAYKEY": "20211209221825" + "0123456789ABCDEFGHIJ" * 2,
        "LGD_TIMESTAMP": "20211209221825",
        "LGD_HASHDATA": "362dd271af9d85b994bf9f12aa16f42b",
        "LGD_PAYTYPE": "SC0010",
        "LGD_FINANCECODE": "41",
        "LGD_FINANCENAME": "신한",
        "LGD_AUTHTYPE": "XMPI",
        "LGD_CARDPREFIX": "411111",
        "LGD_ESCROWYN": "N",
        "LGD_BUYER": "홍길동",
        "LGD_BUYERID": "guest",
        "LGD_BUYERIP": "192.0.2.1",
        "LGD_BUYERPHONE": "01000000000",
        "LGD_BUYEREMAIL": "guest@shop.example",
        "LGD_BUYERADDRESS": "",
        "LGD_PRODUCTINFO": "머그컵",
        "LGD_RECEIVER": "",
    },
    "delivery": {"mid": MID, "oid": "", "productid": "A1", "orderdate": "202005151000"},
}

# What each signature is made of, in order.
SIGNED = {
    "payment": ("LGD_HASHDATA", ("LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_TIMESTAMP")),
    "identity": ("LGD_HASHDATA", ("LGD_MID", "LGD_BUYERSSN", "LGD_TIMESTAMP")),
    "03": ("hashdata", ("mid", "oid", "dlvdate", "dlvcompcode", "dlvno")),
    "01": ("hashdata", ("mid", "oid", "dlvtype", "rcvdate")),
}


def each_case(name: str, mine: Callable[[dict[str, Any]], bool] = lambda _: True) -> pytest.MarkDecorator:
    """Runs a test with every `case` of NAME.json, or those that are `mine`."""
    cases: list[dict[str, Any]] = json.loads(Path(__file__).with_name(f"{name}.json").read_text(encoding="utf-8"))
    return pytest.mark.parametrize("case", [case for case in cases if mine(case)], ids=lambda case: case["name"])


def digest(*parts: str) -> str:
    """The protocol's MD5 in hex, of texts in EUC-KR."""
    return hashlib.md5("".join(parts).encode("cp949")).hexdigest()


def written(case: Mapping[str, Any], base: str, **own: str) -> list[tuple[str, str]]:
    """A case's names and values in order, signed unless it has a signature. `own` fills in what each run has anew."""
    values: dict[str, Any] = {**BASES[base], **own, **case.get("set", {})}
    for name in case.get("drop", []):
        del values[name]
    signature, parts = SIGNED.get(values.get("dlvtype", base), ("", ()))
    if signature and signature not in values:
        values[signature] = digest(*(first(values.get(part, "")) for part in parts), KEY)
    renamed = case.get("rename", {})
    pairs = ((renamed.get(name, name), value) for name, value in values.items())
    return [(name, one) for name, value in pairs for one in (value if isinstance(value, list) else [value])]


def first(value: str | list[str]) -> str:
    return value if isinstance(value, str) else value[0]


def body(pairs: list[tuple[str, str]], encoding: str = "cp949") -> bytes:
    """The form as a browser posts it from a page in EUC-KR."""
    return urllib.parse.urlencode(pairs, encoding=encoding).encode()
