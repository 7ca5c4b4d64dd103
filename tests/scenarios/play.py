"""Plays one scenario through one driver: makes the calls, writes the transcript, checks the expectations."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from tests.leavings import DEMO_KEY, MERT_KEY, Leavings, by_chance, is_secret

from .drivers import Driver, Status
from .gateways import Gateway
from .homes import Home
from .scenarios import Scenario, as_bytes, fill, matches
from .transcript import Transcript

MID = "tlgdacomxpay"

# The expected result of a status call, unless the scenario has its own.
USUAL: dict[str, dict[str, Any]] = {
    "tx": {"code": "0000", "outcome": "answered"},
    "guarded": {"code": "0000", "outcome": "answered"},
    "rollback": {"code": "0000", "outcome": "answered"},
    "init_tx": {"outcome": "none"},
    "report": {"code": "0000"},
    "patch": {"code": "0000"},
}
# Calls that leave an answer.
ANSWERED = ("tx", "guarded", "rollback")
OF_STATUS = {"returns", "code", "outcome", "message", "starts", "says", "lacks"}
OF_ANSWER = {"rows", "names", "json"}
OF_VALUE = {"is", "save"}
# A failure's message: shops print it. The gateway's own codes are shorter.
OUR_CODE = re.compile(rb"[0-9]{5}")
FOR_BUYERS = re.compile(r"([가-힣 ]+\.){1,3}( \([A-Za-z_ ]+( = [0-9]{3}|\[[a-z]*\] does not exist in mall\.conf|mall\.conf)?\))?")


class Play:
    """One scenario on one driver. `failures` lists the expectations that were not met, `secrets` collects what must not be left.

    Values that a call returns on purpose (rows, settings, LGD_AUTHCODE) are no leak. Messages are, and so they are kept.
    """

    def __init__(self, scenario: Scenario, driver: Driver, gateway: Gateway, home: Home, secrets: Leavings) -> None:
        self.scenario = scenario
        self.driver = driver
        self.gateway = gateway
        self.home = home
        self.secrets = secrets
        self.places = home.places | {"mid": MID}
        self.transcript = Transcript(home.path, gateway.directory, home.places["oid"])
        self.failures: list[str] = []
        self._step = "before the first step"
        # The result of each client's last call; unknown after a call that returns a value and may have failed.
        self._codes: dict[str, bytes | None] = {}

    def run(self) -> None:
        for what in ("requests", "payments"):
            # What came late of an earlier play is none of this one's.
            self.gateway.new(what)
        for name, request in self.scenario.paykeys.items():
            wanted = {"oid": self.places["oid"], "amount": 23400} | fill(request, self.places)
            if wanted.get("identity"):
                # Personal too, and its few syllables do not appear by chance.
                self.secrets.note("a name", wanted["buyer"].encode())
            self.places[name] = self.gateway.paykey(wanted)
        for fault in self.scenario.faults:
            self.gateway.ask("/faults", {"fault": fault})
        for number, step in enumerate(self.scenario.calls, 1):
            self._step = f"step {number} {step[0]}"
            self._play(step)
        self._check_requests(self.gateway.new("requests"))
        self._check_ledger(self.gateway.new("payments"))
        self._check_log()

    def _play(self, step: list[Any]) -> None:
        """A step: [call, argument …, {expectations}]; `call@2` is made by the second client."""
        name, _, client = step[0].partition("@")
        arguments = [argument for argument in step[1:] if not isinstance(argument, dict)]
        options = next((argument for argument in step[1:] if isinstance(argument, dict)), {})
        if name == "begin":
            self._begin(client or "1", options)
        elif name == "configs":
            for setting, value in options.items():
                self._call(client or "1", "config", [setting], {"is": value})
        elif name == "inject":
            self.gateway.ask("/faults", {"fault": arguments[0]})
        elif name == "deposit":
            self.gateway.ask("/deposits", {"tid": fill(arguments[0], self.places)})
        else:
            self._call(client or "1", name, [str(argument) for argument in arguments], options)

    def _begin(self, client: str, parameters: dict[str, str]) -> None:
        """Init_TX and one Set for each parameter."""
        self._call(client, "init_tx", [self.places["mid"]], {})
        for name, value in parameters.items():
            self._call(client, "set", [name, value], {})

    def _call(self, client: str, name: str, arguments: list[str], expected: dict[str, Any]) -> None:
        """Makes one call through the driver. The transcript has the arguments as the scenario writes them."""
        filled = fill(arguments, self.places)
        if name in ("set", "set_config"):
            self._note(filled[0], as_bytes(filled[1]))
        got = self.driver.call(client, name, [as_bytes(argument) for argument in filled])
        self.transcript.add(client, name, arguments, got)
        if not isinstance(got, Status):
            self._codes[client] = None
            self._check_value(got, expected)
            return
        left, self._codes[client] = self._codes.get(client, b""), got.code
        if name == "init_tx" and left is not None and expected.get("returns", True):
            # The last answer stays until the next TX.
            expected = {"code": left.decode()} | expected
        if expected.keys() & OF_VALUE:
            self._fail("value", expected, got)
            return
        self._check_status(got, USUAL.get(name, {}) | expected, name)
        self._keep("messages.txt", got.message + b"\n" + got.detail)
        self._read_results(client, name, expected)

    def _read_results(self, client: str, name: str, expected: dict[str, Any]) -> None:
        """Reads the values that every caller reads after a call of this kind, so that all transcripts have them."""
        if name in ("init", "init_mode"):
            count = self._number(client, "config_count")
            for setting in [self._text(client, "config_name", number) for number in range(count)]:
                self._read(client, "config", setting.decode("latin-1"))
        if name in ("init_tx", *ANSWERED):
            txid = self._text(client, "tx_id")
            self._note("LGD_AUTHCODE", self._text(client, "auth_code"))
            if name != "rollback":
                self.places["txid"] = txid.decode()
        if name in ANSWERED:
            self._read_answer(client, expected)

    def _read_answer(self, client: str, expected: dict[str, Any]) -> None:
        body = self._read(client, "response_json")
        count, width = self._number(client, "response_count"), self._number(client, "response_name_count")
        names = [self._text(client, "response_name", index).decode() for index in range(width)]
        rows = [{name: self._read(client, "response", name, index) for name in names} for index in range(count)]
        for name, value in (pair for row in rows for pair in row.items()):
            if value is not None and is_secret(name) and not by_chance(value):
                self.secrets.note(name, value)
        expected = fill(expected, self.places)
        if "json" in expected:
            self._expect("json", expected["json"], body)
        if "names" in expected and expected["names"] != names:
            self._fail("names", expected["names"], names)
        if "rows" in expected:
            self._check_rows(expected["rows"], rows)

    def _check_rows(self, expected: list[dict[str, Any]], rows: list[dict[str, bytes | None]]) -> None:
        if len(expected) != len(rows):
            self._fail("rows", len(expected), len(rows))
        for number, (want, row) in enumerate(zip(expected, rows)):
            for name, value in want.items():
                self._expect(f"row {number} {name}", value, row.get(name))

    def _read(self, client: str, name: str, *arguments: str | int) -> bytes | None:
        """Reads a value that the transcript has although the scenario does not name it."""
        texts = [str(argument) for argument in arguments]
        got = self.driver.call(client, name, [text.encode("latin-1") for text in texts])
        self.transcript.add(client, name, texts, got)
        if isinstance(got, Status):
            raise TypeError(f"{name} gave {got}")
        return got

    def _text(self, client: str, name: str, *arguments: int) -> bytes:
        got = self._read(client, name, *arguments)
        if got is None:
            raise TypeError(f"{name} gave null")
        return got

    def _number(self, client: str, name: str) -> int:
        return int(self._text(client, name))

    def _note(self, name: str, value: bytes) -> None:
        """Collects the value of a parameter or a setting."""
        if value and (is_secret(name) or MERT_KEY.fullmatch(value)):
            self.secrets.note(name, value)

    def _keep(self, name: str, content: bytes) -> None:
        """Writes what must hold no secret to where it is searched for them."""
        with (self.home.path.parent / name).open("ab") as file:
            file.write(content + b"\n")

    def _check_status(self, got: Status, expected: dict[str, Any], name: str) -> None:
        self._understand(expected, OF_STATUS | OF_ANSWER if name in ANSWERED else OF_STATUS)
        expected = fill(expected, self.places)
        if got.returned != expected.get("returns", True):
            self._fail("returns", expected.get("returns", True), got)
        if not expected.get("returns", True) and "code" not in expected:
            self._fail("code", "something: the scenario does not say", got.code)
        for part in ["code", "outcome", "message"]:
            if part in expected:
                self._expect(part, expected[part], got.outcome.encode() if part == "outcome" else getattr(got, part))
        if not got.detail.startswith(as_bytes(expected.get("starts", ""))):
            self._fail("beginning", expected["starts"], got.detail)
        for wanted, texts in [(True, expected.get("says", [])), (False, expected.get("lacks", []))]:
            for text in texts:
                if (as_bytes(text) in got.detail) != wanted:
                    self._fail("detail " + ("with" if wanted else "without"), text, got.detail)
        if OUR_CODE.fullmatch(got.code) and not FOR_BUYERS.fullmatch(self._text_of(got.message)):
            self._fail("message", "a sentence for the buyer and the vendor's words", self._text_of(got.message))

    def _text_of(self, message: bytes) -> str:
        try:
            return message.decode("utf-8")
        except UnicodeDecodeError:
            return message.decode("cp949")

    def _check_value(self, got: bytes | None, expected: dict[str, Any]) -> None:
        self._understand(expected, OF_VALUE | {"returns"})
        if "is" in expected:
            self._expect("value", fill(expected["is"], self.places), got)
        if "save" in expected:
            self.places[expected["save"]] = (got or b"").decode()

    def _check_requests(self, seen: list[dict[str, Any]]) -> None:
        """Checks all requests at the gateway, in order: LGD_TXNAME, or LGD_TXNAME and the parameters that matter."""
        named = [{"LGD_TXNAME": wanted} if isinstance(wanted, str) else wanted for wanted in self.scenario.requests]
        self._keep("requests.json", json.dumps(seen, ensure_ascii=False).encode())
        for request in seen:
            # Of the automatic Rollbacks too.
            self.secrets.note("LGD_AUTHCODE", hashlib.sha1((request["txid"] + DEMO_KEY).encode()).hexdigest().encode())
        self._step = "the requests"
        if len(named) != len(seen):
            self._fail("requests", [wanted["LGD_TXNAME"] for wanted in named], [request["txname"] for request in seen])
        for wanted, request in zip(named, seen):
            known = request["parameters"] | {"code": request["code"]}
            for name, value in wanted.items():
                value = fill(value, self.places)
                self._expect(f"{wanted['LGD_TXNAME']} {name}", value, known[name].encode() if name in known else None)

    def _check_ledger(self, payments: list[dict[str, Any]]) -> None:
        self._step = "the ledger"
        standing: dict[str, int] = {}
        for payment in payments:
            standing[payment["oid"]] = standing.get(payment["oid"], 0) + payment["balance"]
        expected = fill(self.scenario.ledger, self.places)
        if standing != expected:
            self._fail("balances", expected, standing)

    def _check_log(self) -> None:
        """Checks the patterns that the log must and must not have."""
        self._step = "the log"
        self._understand(self.scenario.log, {"has", "lacks", "file"})
        files = sorted(path for path in (self.home.path / "log").iterdir() if path.is_file())
        text = "".join(file.read_bytes().decode("utf-8", "replace") for file in files)
        for wanted in (True, False):
            for pattern in fill(self.scenario.log.get("has" if wanted else "lacks", []), self.places):
                if (re.search(pattern, text, re.MULTILINE) is not None) != wanted:
                    self._fail("log " + ("with" if wanted else "without"), pattern, text)
        for file in files:
            if not re.fullmatch(self.scenario.log.get("file", ".*"), file.name):
                self._fail("log file", self.scenario.log["file"], file.name)

    def _expect(self, what: str, expected: str | None, got: bytes | None) -> None:
        """Bytes, or None where the language has null."""
        if not matches(expected, got):
            self._fail(what, expected, got)

    def _understand(self, expected: Mapping[str, Any], known: AbstractSet[str]) -> None:
        unknown = expected.keys() - known
        if unknown:
            raise ValueError(f"{self.scenario.name}, {self._step}: nobody understands {sorted(unknown)}")

    def _fail(self, what: str, expected: object, got: object) -> None:
        self.failures.append(f"{self._step}: {what}: expected {expected!r}, got {got!r}")
