"""Payments from Python. Usage: pay.py HOW HOME_OR_URL BUNDLE WARM COUNT, with HOW one of ours, requests and pycurl."""

import json
import resource
import sys
import time

how, where, bundle, warm, count = sys.argv[1:4] + [int(number) for number in sys.argv[4:6]]
PAYKEY = "5VPN0GU8RBX1Y1JPSK3MDCF2E8XGNMVH"
FIELDS = {
    "LGD_TXID": "tlgdacomxpay-0120261125101112da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "LGD_AUTHCODE": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "LGD_MID": "tlgdacomxpay",
    "LGD_TXNAME": "PaymentByKey",
    "LGD_PAYKEY": PAYKEY,
}


def ours():
    from xpayclient import XPayClient

    client = XPayClient(where, "test", mid="tlgdacomxpay")

    def pay():
        assert client.pay_by_key(PAYKEY).tid

    return pay


def requests():
    from requests import Session

    session = Session()
    session.verify = bundle

    def pay():
        answer = session.post(where, data=FIELDS, timeout=60).json()
        assert answer["LGD_RESPCODE"] == "0000" and answer["LGD_RESPONSE"][0]["LGD_TID"]

    return pay


def pycurl():
    from io import BytesIO
    from urllib.parse import urlencode

    from pycurl import CAINFO, POSTFIELDS, TIMEOUT, URL, WRITEDATA, Curl

    curl = Curl()
    curl.setopt(URL, where)
    curl.setopt(CAINFO, bundle)
    curl.setopt(TIMEOUT, 60)

    def pay():
        body = BytesIO()
        curl.setopt(POSTFIELDS, urlencode(FIELDS))
        curl.setopt(WRITEDATA, body)
        curl.perform()
        answer = json.loads(body.getvalue())
        assert answer["LGD_RESPCODE"] == "0000" and answer["LGD_RESPONSE"][0]["LGD_TID"]

    return pay


def cpu():
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
