"""The calls and results of a driver, without values that differ from run to run, so that languages can be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from .drivers import Status

# The values that the gateway generates for each answer, by the parameter's name.
MADE_UP = [
    "LGD_TID",
    "LGD_PAYDATE",
    "LGD_RESPDATE",
    "LGD_TIMESTAMP",
    "LGD_HASHDATA",
    "LGD_CARDNUM",
    "LGD_ACCOUNTNUM",
    "LGD_FINANCEAUTHNUM",
    "LGD_CASHRECEIPTNUM",
    "LGD_OCBTID",
    "LGD_BILLKEY",
]

PLACEHOLDERS = [
    (rb'"(' + "|".join(MADE_UP).encode() + rb')":"[^"]+"', rb'"\1":"<\1>"'),
    (rb"[a-z0-9]+-[0-9A-Za-z._-]*\d{14}[0-9a-f]{40}", b"<LGD_TXID>"),
    (rb"127\.0\.0\.1:\d+", b"127.0.0.1:<port>"),
    (rb"verification time \d+ ", b"verification time <now> "),
    (rb"\(\d+ seconds ago\)", b"(<seconds> ago)"),
]


class Transcript:
    """Call and answer, line by line."""

    def __init__(self, home: Path, gateway: Path, oid: str) -> None:
        self.lines: list[str] = []
        self._own = [(str(home), "<home>"), (str(gateway), "<gateway>"), (oid, "<oid>")]

    def add(self, client: str, call: str, arguments: Sequence[str], got: Status | bytes | None) -> None:
        asked = " ".join([f"{client} {call}", *(repr(argument) for argument in arguments)])
        if isinstance(got, Status):
            texts = f"{self._plain(got.message)} | {self._plain(got.detail)}".rstrip(" |")
            answer = f"{got.returned} {got.code.decode()} ({got.outcome}) {texts}".rstrip()
        elif got is None:
            answer = "null"
        else:
            answer = repr(self._without_chance(call, arguments, got))
        line = f"{asked} -> {answer}"
        for own, placeholder in self._own:
            line = line.replace(own, placeholder)
        self.lines.append(line)

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(line + "\n" for line in self.lines), "utf-8")

    def _without_chance(self, call: str, arguments: Sequence[str], value: bytes) -> str:
        signed = call.startswith(("hash_data", "vendor_hash_data", "receipt_")) and any("{" in argument for argument in arguments)
        if value and (call == "auth_code" or signed):
            return f"<{call}>"
        if value and call == "response" and arguments[0] in MADE_UP:
            return f"<{arguments[0]}>"
        if call == "config" and arguments[0] == "proxy_port":
            return "<port>"
        return self._plain(value)

    def _plain(self, value: bytes) -> str:
        """The bytes as text, with escapes for bytes that are not UTF-8."""
        for pattern, placeholder in PLACEHOLDERS:
            value = re.sub(pattern, placeholder, value)
        return value.decode("utf-8", "backslashreplace")
