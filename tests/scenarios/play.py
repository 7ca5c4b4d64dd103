"""Plays one scenario through one driver: makes the calls, writes the transcript, checks the expectations."""

import re

import leaks
from drivers import Status
from scenarios import as_bytes, fill, matches
from transcript import Transcript

MID = "tlgdacomxpay"

# The expected result of a status call, unless the scenario has its own.
USUAL = {
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


class Play:
    """One scenario on one driver. `failures` lists the expectations that were not met."""

    def __init__(self, scenario, driver, gateway, home):
        self.scenario = scenario
        self.driver = driver
        self.gateway = gateway
        self.home = home
        self.places = home.places | {"mid": MID}
        self.transcript = Transcript(home.path)
        self.failures = []
        self._step = "before the first step"
        # The result of each client's last call; unknown after a call that returns a value and may have failed.
        self._codes = {}

    def run(self):
        before = self.gateway.requests()
        paid_before = {payment["tid"] for payment in self.gateway.payments()}
        for name, request in self.scenario.paykeys.items():
            wanted = {"oid": self.places["oid"], "amount": 23400} | fill(request, self.places)
            leaks.note_identity(wanted)
            self.places[name] = self.gateway.paykey(wanted)
        for fault in self.scenario.faults:
            self.gateway.ask("/faults", {"fault": fault})
        for number, step in enumerate(self.scenario.calls, 1):
            self._step = f"step {number} {step[0]}"
            self._play(step)
        self._check_requests(since(before, self.gateway.requests()))
        self._check_ledger([payment for payment in self.gateway.payments() if payment["tid"] not in paid_before])
        self._check_log()

    def _play(self, step):
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

    def _begin(self, client, parameters):
        """Init_TX and one Set for each parameter."""
        self._call(client, "init_tx", [self.places["mid"]], {})
        for name, value in parameters.items():
            self._call(client, "set", [name, value], {})

    def _call(self, client, name, arguments, expected):
        """Makes one call through the driver. The transcript has the arguments as the scenario writes them."""
        filled = fill(arguments, self.places)
        if name in ("set", "set_config"):
            leaks.note(filled[0], filled[1])
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
        leaks.note_message(self.home.path, got.message)
        self._read_results(client, name, expected)

    def _read_results(self, client, name, expected):
        """Reads the values that every caller reads after a call of this kind, so that all transcripts have them."""
        if name in ("init", "init_mode"):
            count = self._number(client, "config_count")
            for setting in [self._read(client, "config_name", number) for number in range(count)]:
                self._read(client, "config", setting.decode("latin-1"))
        if name in ("init_tx", *ANSWERED):
            txid = self._read(client, "tx_id")
            leaks.note("LGD_AUTHCODE", self._read(client, "auth_code").decode())
            if name != "rollback":
                self.places["txid"] = txid.decode()
        if name in ANSWERED:
            self._read_answer(client, expected)

    def _read_answer(self, client, expected):
        json = self._read(client, "response_json")
        count, width = self._number(client, "response_count"), self._number(client, "response_name_count")
        names = [self._read(client, "response_name", index).decode() for index in range(width)]
        rows = [{name: self._read(client, "response", name, index) for name in names} for index in range(count)]
        for name, value in (pair for row in rows for pair in row.items()):
            leaks.note_answer(name, value)
        expected = fill(expected, self.places)
        if "json" in expected:
            self._expect("json", expected["json"], json)
        if "names" in expected and expected["names"] != names:
            self._fail("names", expected["names"], names)
        if "rows" in expected:
            self._check_rows(expected["rows"], rows)

    def _check_rows(self, expected, rows):
        if len(expected) != len(rows):
            self._fail("rows", len(expected), len(rows))
        for number, (want, row) in enumerate(zip(expected, rows)):
            for name, value in want.items():
                self._expect(f"row {number} {name}", value, row.get(name))

    def _read(self, client, name, *arguments):
        """Reads a value that the transcript has although the scenario does not name it."""
        arguments = [str(argument) for argument in arguments]
        got = self.driver.call(client, name, [argument.encode("latin-1") for argument in arguments])
        self.transcript.add(client, name, arguments, got)
        return got

    def _number(self, client, name):
        return int(self._read(client, name))

    def _check_status(self, got, expected, name):
        self._understand(expected, OF_STATUS | OF_ANSWER if name in ANSWERED else OF_STATUS)
        expected = fill(expected, self.places)
        if got.returned != expected.get("returns", True):
            self._fail("returns", expected.get("returns", True), got)
        if not expected.get("returns", True) and "code" not in expected:
            self._fail("code", "something: the scenario does not say", got.code)
        for part in ["code", "outcome", "message"]:
            if part in expected:
                self._expect(part, expected[part], got.outcome.encode() if part == "outcome" else getattr(got, part))
        if not got.message.startswith(as_bytes(expected.get("starts", ""))):
            self._fail("beginning", expected["starts"], got.message)
        for wanted, texts in [(True, expected.get("says", [])), (False, expected.get("lacks", []))]:
            for text in texts:
                if (as_bytes(text) in got.message) != wanted:
                    self._fail("message " + ("with" if wanted else "without"), text, got.message)

    def _check_value(self, got, expected):
        self._understand(expected, OF_VALUE | {"returns"})
        if "is" in expected:
            self._expect("value", fill(expected["is"], self.places), got)
        if "save" in expected:
            self.places[expected["save"]] = got.decode()

    def _check_requests(self, seen):
        """Checks all requests at the gateway, in order: LGD_TXNAME, or LGD_TXNAME and the parameters that matter."""
        named = [{"LGD_TXNAME": wanted} if isinstance(wanted, str) else wanted for wanted in self.scenario.requests]
        leaks.requests(self.home.path, seen)
        self._step = "the requests"
        if len(named) != len(seen):
            self._fail("requests", [wanted["LGD_TXNAME"] for wanted in named], [request["txname"] for request in seen])
        for wanted, request in zip(named, seen):
            known = request["parameters"] | {"code": request["code"]}
            for name, value in wanted.items():
                value = fill(value, self.places)
                self._expect(f"{wanted['LGD_TXNAME']} {name}", value, known[name].encode() if name in known else None)

    def _check_ledger(self, payments):
        self._step = "the ledger"
        standing = {}
        for payment in payments:
            standing[payment["oid"]] = standing.get(payment["oid"], 0) + payment["balance"]
        expected = fill(self.scenario.ledger, self.places)
        if standing != expected:
            self._fail("balances", expected, standing)

    def _check_log(self):
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

    def _expect(self, what, expected, got):
        """Bytes, or None where the language has null."""
        if (expected is None) != (got is None) or (expected is not None and not matches(expected, got)):
            self._fail(what, expected, got)

    def _understand(self, expected, known):
        unknown = expected.keys() - known
        if unknown:
            raise ValueError(f"{self.scenario.name}, {self._step}: nobody understands {sorted(unknown)}")

    def _fail(self, what, expected, got):
        self.failures.append(f"{self._step}: {what}: expected {expected!r}, got {got!r}")


def since(before, after):
    """The requests recorded since. The sandbox keeps only the latest, so earlier ones may have moved or gone."""
    kept = next(n for n in range(len(before), -1, -1) if after[:n] == before[len(before) - n :])
    return after[kept:]
