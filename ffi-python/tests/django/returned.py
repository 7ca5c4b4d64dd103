"""What the payment window posts to LGD_RETURNURL, signed as the gateway signs it."""

import hashlib
from pathlib import Path

MID = "tlgdacomxpay"


def mert_key(home):
    settings = Path(home, "conf/mall.conf").read_text("utf-8")
    return next(line for line in settings.splitlines() if line.startswith(MID)).split("=")[1].strip()


def signed(fields, key):
    """The fields with their LGD_HASHDATA, unless they have one."""
    parts = [fields.get(f"LGD_{name}", "") for name in ("MID", "OID", "AMOUNT", "RESPCODE", "TIMESTAMP")]
    return {"LGD_HASHDATA": hashlib.md5("".join([*parts, key]).encode()).hexdigest()} | fields


def returned(home, oid, paykey, amount=23400, **changes):
    """The return of an order, as it was captured. A change to None leaves the name out."""
    fields = {
        "LGD_RESPCODE": "0000",
        "LGD_RESPMSG": "인증성공",
        "LGD_MID": MID,
        "LGD_OID": oid,
        "LGD_AMOUNT": str(amount),
        "LGD_PAYKEY": paykey,
        "LGD_TIMESTAMP": "20261123120000",
        "LGD_PAYTYPE": "SC0010",
        "LGD_FINANCECODE": "41",
        "LGD_FINANCENAME": "신한",
        "LGD_AUTHTYPE": "XMPI",
        "LGD_CARDNUM": "4330123412341234",
        "LGD_BUYER": "홍길동",
        "LGD_BUYERID": "",
        "LGD_PRODUCTINFO": "머그컵",
    }
    given = {name: value for name, value in changes.items() if value is not None}
    whole = signed(fields | given, mert_key(home))
    return {name: value for name, value in whole.items() if name in given or name not in changes}
