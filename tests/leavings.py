"""The judge of what a run left behind: no log, message, journal or ledger holds a secret or personal value.

What it finds it tells by the file, the place in it and the kind of value. It never shows the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote_from_bytes, quote_plus

DEMO_KEY = "95160cce09854ef44d2edb2bfb05f9f3"
# What the sandbox, the examples and the tests use everywhere.
KNOWN = {
    DEMO_KEY: "the demo shop's MertKey",
    "4000000000000002": "a card number",
    "4111111111111111": "a card number",
    "4111222233334444": "a card number",
    "9410123412341234": "a card number",
    "01000000000": "a phone number",
    "01012345678": "a phone number",
    "01098765432": "a phone number",
    "gil@shop.example": "a mail address",
    "sunsin@shop.example": "a mail address",
}

# The parameters whose values are secret by section 7 of the protocol page, and others that are as personal.
SECRET = {
    "LGD_AUTHCODE",
    "LGD_PAN",
    "LGD_PIN",
    "LGD_PRIVATENO",
    "LGD_BUYERSSN",
    "LGD_CULTPASSWD",
    "LGD_CULTPIN",
    "LGD_CASHCARDNUM",
    "LGD_BILLKEY",
    "LGD_ACCOUNTNO",
    "LGD_CALLBACK",
    "KVP_SESSIONKEY",
    "KVP_ENCDATA",
    "VBV_CAVV",
    "VBV_XID",
    "LGD_BUYERPHONE",
    "LGD_BUYEREMAIL",
    "LGD_BUYERADDRESS",
    "LGD_MOBILENUM",
    "LGD_CUSTOM_BUSINESSNUM",
    "LGD_CUSTOM_MERTPHONE",
    "LGD_RFACCOUNTNUM",
    "LGD_RFPHONE",
}
SECRET_BEGINNINGS = ("LGD_RECEIVER", "LGD_MOBILE_SUBAUTH_", "LGD_AUTHSUB_")
MERT_KEY = re.compile(rb"[0-9a-f]{32}")

# Shorter values are anywhere by chance.
SHORTEST = 8
# What any file may have: a time, as in an LGD_TXID. Digits of it are no secret.
TIME = re.compile(rb"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d")
DATE = re.compile(rb"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
# An LGD_AUTHCODE: there are thousands, and so they are looked up and not searched for. They may follow other such digits.
CODE = re.compile(rb"(?=([0-9a-f]{40}))")
# Where such values belong: a shop's configuration.
ALLOWED = ("conf",)


def is_secret(name: str) -> bool:
    """Whether the values of a parameter are secret or personal."""
    return name in SECRET or name.startswith(SECRET_BEGINNINGS)


def by_chance(value: bytes) -> bool:
    """Whether a file may have this value without having it from here: it is short, or can be a time."""
    return len(value) < SHORTEST or DATE.fullmatch(value) is not None or TIME.search(value) is not None


class Leavings:
    """The values that must not be found, each with its kind."""

    def __init__(self, known: Mapping[str, str] = KNOWN) -> None:
        self._codes: dict[bytes, str] = {}
        self._spelled: dict[bytes, str] = {}
        for value, kind in known.items():
            self.note(kind, value.encode())

    def note(self, kind: str, value: bytes) -> None:
        """Adds a value."""
        if re.fullmatch(rb"[0-9a-f]{40}", value):
            self._codes[value] = kind
        elif by_chance(value):
            raise ValueError(f"{kind}: take a value of {SHORTEST} bytes or more that cannot be a time")
        else:
            self._spelled.update((spelling, kind) for spelling in spelled(value))

    def add(self, other: Leavings) -> None:
        """Adds the values of another search."""
        self._codes.update(other._codes)
        self._spelled.update(other._spelled)

    def search(self, directory: Path, allowed: tuple[str, ...] = ALLOWED) -> None:
        """Fails if a file below `directory` has one of them; files in a directory named as one of `allowed` may."""
        files = [path for path in sorted(directory.rglob("*")) if path.is_file() and not path.is_symlink()]
        searched = [path for path in files if not set(path.relative_to(directory).parts[:-1]) & set(allowed)]
        assert searched, f"there is nothing to search below {directory}"
        found = [f"{path.relative_to(directory)}, {what}" for path in searched for what in self._found(path.read_bytes())]
        assert not found, "\n".join(["secret or personal values were left:", *found])

    def _found(self, content: bytes) -> Iterator[str]:
        # First: a code's own digits may look like a time.
        for match in CODE.finditer(content):
            if match[1] in self._codes:
                yield f"byte {match.start()}: {self._codes[match[1]]}"
        content = TIME.sub(b"YYYYmmddHHMMSS", content)
        for spelling, kind in self._spelled.items():
            if (where := content.find(spelling)) >= 0:
                yield f"byte {where}: {kind}"


def spelled(value: bytes) -> set[bytes]:
    """The value unchanged, in the other encoding, and percent-encoded in both."""
    encodings = {value}
    try:
        encodings.add(value.decode("utf-8").encode("cp949"))
    except UnicodeError:
        encodings.add(value.decode("cp949", "replace").encode())
    return encodings | {form(text, safe="").encode() for text in encodings for form in (quote_from_bytes, quote_plus)}
