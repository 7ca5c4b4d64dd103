"""What tests of every recipe have of its gateway: payments, what is open in the journal, and what the gateway signs."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, NamedTuple

import sandbox

CST_MID = "lgdacomxpay"
MID = f"t{CST_MID}"
AMOUNT = 23400
AT = "20261123101112"
SIGNED = ["LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_RESPCODE", "LGD_TIMESTAMP"]


class Answer(NamedTuple):
    status: int
    body: bytes
    kind: str

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class AtGateway(ABC):
    """A shop, as its gateway knows it."""

    gateway: sandbox.Sandbox

    @abstractmethod
    def tid(self, oid: str) -> str:
        """LGD_TID that the shop has of the order."""

    def payments(self, oid: str) -> list[tuple[str, int]]:
        """What the gateway has of it."""
        return [(one["state"], one["balance"]) for one in self.gateway.payments() if one["oid"] == oid]

    def open(self) -> list[str]:
        """The states of what is open in the journal. A confirmed Rollback is requested once more later."""
        call: list[str | Path] = [sandbox.XPAY, "recover", "--home", self.gateway.home, "--list", "--json"]
        listed = json.loads(subprocess.run(call, stdout=subprocess.PIPE).stdout)
        return [entry["state"] for entry in listed if entry["state"] != "rolled_back"]

    def key(self) -> str:
        found = re.search(rf"^{MID} = (\S+)", (Path(self.gateway.home) / "conf/mall.conf").read_text("utf-8"), re.MULTILINE)
        assert found, "mall.conf has no key"
        return found[1]

    def signed(self, *parts: str) -> str:
        return hashlib.md5("".join([*parts, self.key()]).encode()).hexdigest()

    def returned(self, oid: str, paykey: str, amount: int = AMOUNT) -> dict[str, str]:
        """What the window posts to LGD_RETURNURL, signed with the shop's key."""
        named = dict(zip(SIGNED, (MID, oid, str(amount), "0000", AT)))
        return {**named, "LGD_HASHDATA": self.signed(*named.values()), "LGD_PAYKEY": paykey}

    def notice(self, oid: str, **values: str) -> dict[str, str]:
        """A notification about the order, signed with the shop's key."""
        form = {
            **dict(zip(SIGNED, (MID, oid, str(AMOUNT), "0000", AT))),
            "LGD_TID": self.tid(oid),
            "LGD_PAYTYPE": "SC0040",
            "LGD_CASFLAG": "I",
            "LGD_CASSEQNO": "001",
            "LGD_CASTAMOUNT": str(AMOUNT),
            "LGD_CASCAMOUNT": str(AMOUNT),
            "LGD_BUYER": "홍길동",
            "LGD_BUYEREMAIL": "",
            **values,
        }
        return {"LGD_HASHDATA": self.signed(*(form[name] for name in SIGNED)), **form}
