"""The scenarios' driver in Python: one call a line on stdin, one result a line on stdout; see drivers.py.

ASCII arguments are passed as str, all others as bytes. `ffi-python/tests` tests how other str values are encoded.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from xpayclient import XPayClient

# The calls that may fail and are reported by their status, in the vendor's spelling if there is one.
STARTS = {
    "init": "Init",
    "init_mode": "Init_Mode",
    "set_config": "SetConfig",
    "init_tx": "Init_TX",
    "set": "Set",
    "rollback": "Rollback",
    "report": "Report",
    "patch": "Patch",
    "verify_hash_data_cas": "VerifyHashDataCas",
}

SIGNS = {
    "hash_data": "GetHashData",
    "hash_data_cas": "GetHashDataCas",
    "hash_data_openpay": "GetHashDataOpenpay",
    "vendor_hash_data": "GetHashData",
    "vendor_hash_data_cas": "GetHashDataCas",
    "vendor_hash_data_openpay": "GetHashDataOpenpay",
    "receipt_authdata": "GetReceiptAuthdata",
}


def main() -> None:
    # Logs every level, so that the log can be searched for secrets.
    logging.basicConfig(stream=sys.stderr, level=logging.DEBUG)
    clients: dict[bytes, XPayClient] = {}
    for line in sys.stdin.buffer:
        number, call, *arguments = line.rstrip(b"\n").split(b"\t")
        client = clients.get(number) or clients.setdefault(number, XPayClient())
        print(answer(client, call.decode(), [argument(a) for a in arguments]), flush=True)


def argument(encoded: bytes) -> str | bytes:
    raw = unquote_to_bytes(encoded)
    return raw.decode() if raw.isascii() else raw


def answer(client: XPayClient, call: str, arguments: list[Any]) -> str:
    if call in STARTS:
        return status(client, getattr(client, STARTS[call])(*arguments))
    if call == "warm_up":
        client.warm_up()
        return status(client, True)
    if call == "tx":
        return status(client, client.TX(arguments[0] == "true"))
    if call == "guarded":
        return status(client, client.TX_Guarded(lambda c: ends(c, arguments[1]), arguments[0] == "true"))
    if call == "log":
        client.Log(arguments[0], int(arguments[1]))
        return status(client, True)
    if call in SIGNS:
        made = getattr(client, SIGNS[call])(*arguments)
        return status(client, False) if made is None or made.startswith("refused:") else value(made.encode())
    if call == "recover":
        still_open = client.Recover()
        return status(client, False) if still_open is None else value(str(still_open).encode())
    return reads(client, call, arguments)


def ends(client: XPayClient, how: str) -> bool:
    """The shop's step of a guarded transaction: it returns the scenario's value."""
    return client.Response_Count() > 0 and how == "ok"


def reads(client: XPayClient, call: str, arguments: list[Any]) -> str:
    if call == "config":
        known = client.config.raw().get(arguments[0] if isinstance(arguments[0], bytes) else arguments[0].encode())
        return "null" if known is None else value(known)
    if call == "config_name":
        settings = list(client.config.raw())[int(arguments[0]) :]
        return value(settings[0]) if settings else "null"
    if call == "response_name":
        names = (client.Response_Names() or [])[int(arguments[0]) :]
        return value(output(client, names[0] if names else ""))
    if call == "response":
        return value(output(client, client.Response(arguments[0], int(arguments[1]))))
    if call == "response_json":
        return value(client.response_body())
    texts: dict[str, Callable[[], object]] = {
        "config_count": lambda: len(client.config),
        "response_count": client.Response_Count,
        "response_name_count": lambda: len(client.Response_Names() or []),
        "tx_id": lambda: client.TX_ID,
        "auth_code": lambda: client.Auth_Code,
    }
    return value(str(texts[call]()).encode()) if call in texts else "unknown"


def status(client: XPayClient, returned: bool) -> str:
    texts = [encode(output(client, text)) for text in (client.Response_Msg(), client.Response_Detail())]
    code = encode(client.Response_Code().encode())
    return "\t".join(["status", str(bool(returned)).lower(), code, str(int(client.Outcome())), *texts])


def output(client: XPayClient, text: str) -> bytes:
    """Python returns text; the other languages return bytes in the shop's encoding."""
    settings = client.config
    utf8 = not settings or settings.get("output_UTF8", "").strip() not in ("", "0")
    return text.encode("utf-8") if utf8 else text.encode("cp949", "replace")


def value(raw: bytes) -> str:
    return "value\t" + encode(raw)


def encode(raw: bytes) -> str:
    return quote_from_bytes(raw, safe="")
