"""Payments from Python. Usage: pay.py HOW HOME_OR_URL BUNDLE WARM COUNT, with HOW one of ours, requests and pycurl."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module

how, where, bundle = sys.argv[1:4]
warm, count = map(int, sys.argv[4:6])
PAYKEY = "5VPN0GU8RBX1Y1JPSK3MDCF2E8XGNMVH"
FIELDS = {
    "LGD_TXID": "tlgdacomxpay-0120261125101112da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "LGD_AUTHCODE": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "LGD_MID": "tlgdacomxpay",
    "LGD_TXNAME": "PaymentByKey",
    "LGD_PAYKEY": PAYKEY,
}


def ours() -> Callable[[], None]:
    client = import_module("xpayclient").XPayClient(where, "test", mid="tlgdacomxpay")

    def pay() -> None:
        assert client.pay_by_key(PAYKEY).tid

    return pay


def requests() -> Callable[[], None]:
    session = import_module("requests").Session()
    session.verify = bundle

    def pay() -> None:
        answer = session.post(where, data=FIELDS, timeout=60).json()
        assert answer["LGD_RESPCODE"] == "0000" and answer["LGD_RESPONSE"][0]["LGD_TID"]

    return pay


def pycurl() -> Callable[[], None]:
    from io import BytesIO
    from urllib.parse import urlencode

    library = import_module("pycurl")
    curl = library.Curl()
    curl.setopt(library.URL, where)
    curl.setopt(library.CAINFO, bundle)
    curl.setopt(library.TIMEOUT, 60)

    def pay() -> None:
        body = BytesIO()
        curl.setopt(library.POSTFIELDS, urlencode(FIELDS))
        curl.setopt(library.WRITEDATA, body)
        curl.perform()
        answer = json.loads(body.getvalue())
        assert answer["LGD_RESPCODE"] == "0000" and answer["LGD_RESPONSE"][0]["LGD_TID"]

    return pay


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


pay = {"ours": ours, "requests": requests, "pycurl": pycurl}[how]()
for _ in range(warm):
    pay()
cpu_before, begun = cpu(), time.perf_counter()
for _ in range(count):
    pay()
wall = time.perf_counter() - begun
print(json.dumps({"cpu": (cpu() - cpu_before) * 1e6 / count, "wall": wall * 1e6 / count}))
