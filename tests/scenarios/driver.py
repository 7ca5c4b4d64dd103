"""The scenarios' driver in Python: one call a line on stdin, one result a line on stdout; see drivers.py.

ASCII arguments are passed as str, all others as bytes. `ffi-python/tests` tests how other str values are encoded.
"""

import logging
import sys
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
    "receipt_authdata": "GetReceiptAuthdata",
}


def main():
    # Logs every level, so that run.py can search the log for secrets.
    logging.basicConfig(stream=sys.stderr, level=logging.DEBUG)
    clients = {}
    for line in sys.stdin.buffer:
        number, call, *arguments = line.rstrip(b"\n").split(b"\t")
        client = clients.get(number) or clients.setdefault(number, XPayClient())
        print(answer(client, call.decode(), [argument(a) for a in arguments]), flush=True)


def argument(encoded):
    raw = unquote_to_bytes(encoded)
    return raw.decode() if raw.isascii() else raw


def answer(client, call, arguments):
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
        return status(client, False) if made is None else value(made.encode())
    if call == "recover":
        still_open = client.Recover()
        return status(client, False) if still_open is None else value(str(still_open).encode())
    return reads(client, call, arguments)


def ends(client, how):
    """The shop's step of a guarded transaction: it returns the scenario's value."""
    return client.Response_Count() > 0 and how == "ok"


def reads(client, call, arguments):
    names = client.Response_Names() or []
    if call == "config":
        known = client.config.raw().get(arguments[0] if isinstance(arguments[0], bytes) else arguments[0].encode())
        return "null" if known is None else value(known)
    if call == "config_name":
        known = list(client.config.raw())[int(arguments[0]) :]
        return value(known[0]) if known else "null"
    if call == "response_name":
        return value(output(client, names[int(arguments[0])] if int(arguments[0]) < len(names) else ""))
    if call == "response":
        return value(output(client, client.Response(arguments[0], int(arguments[1]))))
    if call == "response_json":
        return value(client.response_body())
    numbers = {
        "config_count": len(client.config),
        "response_count": client.Response_Count(),
        "response_name_count": len(names),
        "tx_id": client.TX_ID,
        "auth_code": client.Auth_Code,
    }
    return value(str(numbers[call]).encode()) if call in numbers else "unknown"


def status(client, returned):
    code, message = client.Response_Code().encode(), output(client, client.Response_Msg())
    return "\t".join(["status", str(bool(returned)).lower(), encode(code), str(int(client.Outcome())), encode(message)])


def output(client, text):
    """Python returns text; the other languages return bytes in the shop's encoding."""
    settings = client.config
    utf8 = not settings or settings.get("output_UTF8", "").strip() not in ("", "0")
    return text.encode("utf-8") if utf8 else text.encode("cp949", "replace")


def value(raw):
    return "value\t" + encode(raw)


def encode(raw):
    return quote_from_bytes(raw, safe="")


if __name__ == "__main__":
    main()
