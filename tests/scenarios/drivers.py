"""The drivers: a program for each language, and how it is started and asked, one call a line and one result a line.

A line to the driver is the client's number, the call and its arguments, separated by tabs and percent-encoded. It answers with
`status`, the returned value, the code, the outcome's number, message and detail; with `value` and a text; or with `null`.
Message and detail are for people and logs and must hold no secret. A value may: the caller asked for it.
"""

from __future__ import annotations

import compileall
import contextlib
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

import javas
import package
import phps
from sandbox import BUILD
from tests import machine

HERE = Path(__file__).resolve().parent
OUTCOMES = ["none", "answered", "not_sent", "rolled_back", "in_doubt"]
# Seconds after which a driver that hangs is ended. It is far from what a scenario takes on any machine.
PATIENCE = 600

Command = machine.Command


@dataclass
class Status:
    """The result of a call that may fail: the C ABI's return value, code, outcome, the buyer's message, the operator's detail."""

    returned: bool
    code: bytes
    outcome: str
    message: bytes
    detail: bytes


class Driver:
    """A running driver."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin and process.stdout
        self._stdin, self._stdout = process.stdin, process.stdout

    def call(self, client: str, name: str, arguments: Sequence[bytes]) -> Status | bytes | None:
        """Makes one call. Returns its Status, bytes, or None for the language's null."""
        fields = [client, name, *(quote_from_bytes(argument, safe="") for argument in arguments)]
        self._stdin.write("\t".join(fields).encode() + b"\n")
        self._stdin.flush()
        kind, *fields = self._stdout.readline().decode("ascii").rstrip("\n").split("\t")
        if kind == "status" and len(fields) == 5:
            returned, code, outcome, message, detail = fields
            texts = unquote_to_bytes(message), unquote_to_bytes(detail)
            return Status(returned == "true", unquote_to_bytes(code), OUTCOMES[int(outcome)], *texts)
        if kind == "value" and len(fields) == 1:
            return unquote_to_bytes(fields[0])
        if kind == "null" and not fields:
            return None
        raise RuntimeError(f"the driver answered {name} with {kind or 'its end'} {fields}")


@contextlib.contextmanager
def started(command: Command, stderr: Path) -> Iterator[Driver]:
    """Starts a driver for one scenario. It ends with its input; its stderr is saved to a file."""
    with stderr.open("wb") as file:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file)
    watch = threading.Timer(PATIENCE, process.kill)
    watch.start()
    try:
        yield Driver(process)
    finally:
        assert process.stdin and process.stdout
        with contextlib.suppress(OSError):  # it may be gone already
            process.stdin.close()
        ended = process.wait()
        watch.cancel()
        process.stdout.close()
    if ended != 0:
        raise RuntimeError(f"the driver ended with {ended}: {stderr.read_text('utf-8', 'replace')[-2000:]}")


def c(workshop: Path) -> Command:
    return [*machine.runner(), machine.compiled(["gcc", "-std=c99", HERE / "driver.c"], "shared", workshop / "driver-c")]


def rust(workshop: Path) -> Command:
    return [BUILD / "scenario-driver"]


def python(workshop: Path) -> Command | None:
    interpreter = machine.python()
    if interpreter is None:
        return None
    packages = workshop / "python"
    package.lay_out(packages)
    shutil.copy(HERE / "driver.py", packages)
    # Compiled once: it starts hundreds of times, each time without this process's environment and packages.
    compileall.compile_dir(packages, quiet=1)
    return [
        *interpreter,
        "-I",
        "-S",
        "-B",
        "-c",
        "import sys; sys.path.insert(0, sys.argv[1]); import driver; driver.main()",
        packages,
    ]


def java(workshop: Path) -> Command | None:
    program = javas.found().get("Java") if machine.IS_THIS else None
    if program is None:
        return None
    classes = javas.compiled(HERE / "Driver.java", workshop / "classes")
    return javas.call(program, classes, "Driver", machine.LIBRARY)


def php(name: str, way: str) -> Callable[[Path], Command | None]:
    """The drop-in class in an installed PHP: by FFI, preloaded with FFI restricted to preloading, or by pipe."""

    def command(workshop: Path) -> Command | None:
        # This machine's starts the command of any platform.
        program = machine.php(name, anywhere=way == "pipe")
        if program is None:
            return None
        backend = {"XPAYCLIENT_BACKEND": "ffi", "XPAYCLIENT_LIB": machine.LIBRARY}
        if way == "pipe":
            backend = {"XPAYCLIENT_BACKEND": "pipe", "XPAYCLIENT_COMMAND": machine.script("xpay", workshop)}
        options = phps.preloading(workshop, machine.LIBRARY) if way == "preload" else []
        variables = [f"{variable}={value}" for variable, value in backend.items()]
        return ["env", *variables, *program, *options, HERE / "driver.php", phps.CLASS]

    return command


# Those whose strings are text alone.
OF_TEXT = ["Java"]
# How each driver is made. None: this machine has no such language.
ALL: dict[str, Callable[[Path], Command | None]] = {
    "C": c,
    "Rust": rust,
    "Python": python,
    "Java": java,
    **{f"{name} {way}": php(name, way) for name in phps.NAMES for way in ("FFI", "preload", "pipe")},
}
