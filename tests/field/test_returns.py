"""Returns of the payment window as real gateways post them, verified against the shop's own order."""

from __future__ import annotations

import re
from typing import Any

import pytest

from . import pages
from .library import Client

OID, AMOUNT = pages.BASES["return"]["LGD_OID"], int(pages.BASES["return"]["LGD_AMOUNT"])


@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
@pages.each_case("returns")
def test_verified(case: dict[str, Any], encoding: str, client: Client) -> None:
    body = pages.body(pages.written(case, "return"), encoding)
    assert client.call("return_read", body, len(body)), client.said()
    verified = client.call("return_verify", pages.MID, OID, AMOUNT)
    assert outcome(client, bool(verified)) == case["verify"]


def outcome(client: Client, verified: bool) -> str:
    if not verified:
        named = re.search(r"LGD_\w+", client.said())
        return f"refuses {named[0]}" if named else client.said()
    code = client.call("return_value", "LGD_RESPCODE")
    # Only an authenticated return has a payment key.
    assert (client.call("return_value", "LGD_PAYKEY") != "") == (code == "0000")
    return "accepts" if code == "0000" else f"reads {code}"


def test_the_signature_that_was_captured() -> None:
    given = pages.BASES["return"]
    parts = [given[name] for name in ("LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_RESPCODE", "LGD_TIMESTAMP")]
    assert pages.digest(*parts, pages.KEY) == given["LGD_HASHDATA"]
