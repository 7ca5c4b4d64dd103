"""Requests for the payment window as real shops send them: at the sandbox and at the library's typed form, lenient and strict."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from typing import Any

import sandbox

from . import pages
from .library import Client
from .till import new_oid


@pages.each_case("windows")
def test_the_sandbox(case: dict[str, Any], mode: str, gateways: dict[str, sandbox.Sandbox]) -> None:
    base = case.get("base", "payment")
    path = "/xpay/authonly" if base == "identity" else "/xpay/window"
    own = {"LGD_OID": new_oid()} if base == "payment" else {}
    assert answered(gateways[mode].facts["web"] + path, pages.body(pages.written(case, base, **own))) == case[mode]


def answered(address: str, body: bytes) -> str:
    """What the page says that comes of a request, in the words of a case."""
    try:
        with urllib.request.urlopen(address, body) as opened:
            named = names(opened.read().decode())
    except urllib.error.HTTPError as refused:
        with refused:
            return f"refuses {', '.join(names(refused.read().decode()))}"
    return f"opens, warns of {', '.join(named)}" if named else "opens"


def names(page: str) -> list[str]:
    """The parameters that a page names as wrong or doubtful, each once."""
    return list(dict.fromkeys(re.findall(r"<dt><code>([^<]+?) *</code>", page)))


# The library signs by itself, and a name that is set again replaces the first.
@pages.each_case("windows", lambda case: case.get("typed", "") is not None)
def test_the_typed_form(case: dict[str, Any], mode: str, client: Client) -> None:
    base = case.get("base", "payment")
    own = {"LGD_OID": new_oid()} if base == "payment" else {}
    assert signed(client, mode, pages.written(case, base, **own)) == case.get("typed", case[mode])


def signed(client: Client, mode: str, pairs: list[tuple[str, str]]) -> str:
    """What the library says of a request, in the words of a case."""
    computed = ("CST_PLATFORM", "CST_MID", "LGD_MID", "LGD_HASHDATA")
    assert client.call("window_begin", pages.CST_MID), client.said()
    assert client.call("window_strict", mode == "strict"), client.said()
    for name, value in pairs:
        if name not in computed:
            client.call("window_set", name, value)
    if not client.call("window_sign"):
        found = re.search(r"(LGD|CST)_\w+", client.said())
        return f"refuses {found[0]}" if found else client.said()
    count = int(client.call("window_warning_count"))
    warned = dict.fromkeys(str(client.call("window_warning", at)).split(" ", 1)[0] for at in range(count))
    return f"opens, warns of {', '.join(warned)}" if warned else "opens"
