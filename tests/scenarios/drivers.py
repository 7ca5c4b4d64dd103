"""Builds and runs the drivers: one call a line, one result a line, everything percent-encoded.

A line to the driver is the client's number, the call and its arguments, separated by tabs. The driver answers with
`status`, the returned value, the code, the outcome's number and the message; with `value` and a text; or with `null`.
A message is for people and logs and must hold no secret. A value may: the caller asked for it.
"""

import contextlib
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, unquote_to_bytes

import package
import phps

from sandbox import ROOT

RELEASE = ROOT / "target/release"
OUTCOMES = ["none", "answered", "not_sent", "rolled_back", "in_doubt"]
PATIENCE = 60  # seconds after which a driver that hangs is ended; no call takes as long


@dataclass
class Status:
    """The result of a call that may fail: the C ABI's return value, code, outcome and message."""

    returned: bool
    code: bytes
    outcome: str
    message: bytes


class Driver:
    """A running driver."""

    def __init__(self, process):
        self._process = process

    def call(self, client, name, arguments):
        """Makes one call. Returns its Status, bytes, or None for the language's null."""
        fields = [str(client).encode(), name.encode(), *(quote_from_bytes(a, safe="").encode() for a in arguments)]
        self._process.stdin.write(b"\t".join(fields) + b"\n")
        self._process.stdin.flush()
        kind, *fields = self._process.stdout.readline().decode("ascii").rstrip("\n").split("\t")
        if kind == "status" and len(fields) == 4:
            returned, code, outcome, message = fields
            return Status(returned == "true", unquote_to_bytes(code), OUTCOMES[int(outcome)], unquote_to_bytes(message))
        if kind == "value" and len(fields) == 1:
            return unquote_to_bytes(fields[0])
        if kind == "null" and not fields:
            return None
        raise RuntimeError(f"the driver answered {name} with {kind or 'its end'} {fields}")


@contextlib.contextmanager
def started(call, stderr):
    """Starts a driver for one scenario. It ends with its input; its stderr is saved to a file."""
    with open(stderr, "wb") as file:
        process = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file)
    watch = threading.Timer(PATIENCE, process.kill)
    watch.start()
    try:
        yield Driver(process)
    finally:
        with contextlib.suppress(OSError):  # it may be gone already
            process.stdin.close()
        ended = process.wait()
        watch.cancel()
        process.stdout.close()
    if ended != 0:
        raise RuntimeError(f"the driver ended with {ended}")


def build(workshop):
    """The command of each language's driver."""
    return {"C": [c(workshop / "driver-c")], "Rust": [rust()], "Python": python(workshop), **php(workshop)}


def c(program):
    flags = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", f"-I{ROOT / 'include'}"]
    libraries = [f"-L{RELEASE}", "-lxpayclient", f"-Wl,-rpath,{RELEASE}"]
    subprocess.run(["gcc", *flags, ROOT / "tests/scenarios/driver.c", "-o", program, *libraries], check=True)
    return program


def python(workshop):
    packages = workshop / "python"
    package.lay_out(packages)
    # Without this process's environment, and without files written beside the driver.
    started = "import runpy, sys; sys.path.insert(0, sys.argv[1]); runpy.run_path(sys.argv[2], run_name='__main__')"
    return [sys.executable, "-I", "-B", "-c", started, packages, ROOT / "tests/scenarios/driver.py"]


def rust():
    name = "scenario-driver"
    call = ["cargo", "build", "--quiet", "--locked", "-p", "xpayclient-tests", "--bin", name]
    subprocess.run(call, cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return os.path.join(target, "debug", name)


def php(workshop):
    """The drop-in class in each installed PHP: by FFI, preloaded with FFI restricted to preloading, and by pipe."""
    library = {"XPAYCLIENT_BACKEND": "ffi", "XPAYCLIENT_LIB": RELEASE / "libxpayclient.so"}
    ways = {
        "FFI": (library, []),
        "preload": (library, phps.preloading(workshop, RELEASE / "libxpayclient.so")),
        "pipe": ({"XPAYCLIENT_BACKEND": "pipe", "XPAYCLIENT_COMMAND": RELEASE / "xpay"}, []),
    }
    driver = [ROOT / "tests/scenarios/driver.php", phps.CLASS]
    return {
        f"{name} {way}": ["env", *(f"{key}={value}" for key, value in environment.items()), php, *options, *driver]
        for name, php in phps.found().items()
        for way, (environment, options) in ways.items()
    }
