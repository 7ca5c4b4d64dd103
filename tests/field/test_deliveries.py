"""Escrow deliveries as shops register them, and the gateway's answer."""

from __future__ import annotations

import json
import ssl
import urllib.parse
import urllib.request
from typing import Any, Optional

import pytest

import sandbox

from . import pages
from .till import Till, new_oid

FACTS = json.loads((sandbox.ROOT / "protocol/tables.json").read_text(encoding="utf-8"))["escrow_delivery"]
PATH = urllib.parse.urlsplit(FACTS["test"]).path


@pytest.mark.parametrize("method", ["POST", "GET"])
@pages.each_case("deliveries")
def test_the_answer(case: dict[str, Any], mode: str, method: str, tills: dict[str, Till]) -> None:
    till = tills[mode]
    oid = new_oid()
    key = till.gateway.ask("/paykeys", {"oid": oid, "amount": 1000, "escrow": True})["LGD_PAYKEY"]
    till.pay(key)
    form = pages.body(pages.written(case, "delivery", oid=oid))
    said = posted(till.gateway, form) if method == "POST" else posted(till.gateway, None, f"?{form.decode()}")
    assert ("OK" if said == "OK" else "refused") == case[mode], said


def posted(gateway: sandbox.Sandbox, form: Optional[bytes], query: str = "") -> str:
    """The answer of the gateway's page for deliveries, over TLS."""
    address = urllib.parse.urlsplit(gateway.facts["url"])._replace(path=PATH).geturl()
    trusted = ssl.create_default_context(cafile=gateway.facts["ca"])
    with urllib.request.urlopen(address + query, form, context=trusted) as answered:
        return str(answered.read().decode("cp949"))
