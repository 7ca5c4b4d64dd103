#!/usr/bin/env python3
"""Compiles every C test against the header, links it both ways, and runs it against sandboxes over TLS.

The homes it makes are named by what is wrong with them; `good` is not.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import relay  # noqa: E402
import sandbox  # noqa: E402

# Each test, and how many payments it leaves standing at the gateway on purpose.
TESTS = {"misuse": 0, "payment": 2, "failures": 2, "operations": 0, "guard": 2, "recovery": 0}
WORKSHOP = ROOT / "target/tests-c"
RELEASE = ROOT / "target/release"
FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", f"-I{ROOT / 'include'}"]
LINKAGES = {
    "shared": [f"-L{RELEASE}", "-lxpayclient", f"-Wl,-rpath,{RELEASE}"],
    "static": [str(RELEASE / "libxpayclient.a"), "-lpthread", "-ldl", "-lm"],
}
CERTIFICATES = ["expired", "wrong-host", "untrusted"]


def main():
    header_compiles_alone()
    outcomes = []
    for linkage, libraries in LINKAGES.items():
        shutil.rmtree(WORKSHOP, ignore_errors=True)
        WORKSHOP.mkdir(parents=True)
        programs = [(test, build(test, linkage, libraries)) for test in TESTS]
        with gateways() as good:
            for test, program in programs:
                mint(good, test)
                outcomes.append(run(f"{test} ({linkage})", program))
            outcomes.append(ledger_is_settled(good))
    failed = outcomes.count(False)
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return failed != 0


def header_compiles_alone():
    """The public header under each standard its users have, with nothing before it."""
    for compiler, language, standards in [("gcc", "c", ["c99", "c11"]), ("g++", "c++", ["c++11", "c++20"])]:
        for standard in standards:
            flags = [f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]
            call = [compiler, *flags, "-x", language, ROOT / "include/xpayclient.h"]
            subprocess.run(call, check=True)


def build(test, linkage, libraries):
    program = WORKSHOP / f"{test}-{linkage}"
    source = ROOT / f"tests/c/{test}.c"
    subprocess.run(["gcc", *FLAGS, source, "-o", program, *libraries], check=True)
    return program


def run(name, program):
    """One program; what it says is shown under its name. A death by signal is a failure like any other."""
    ended = subprocess.run([program, WORKSHOP], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace")
    print(f"{name}: {ended.stdout.strip()}", flush=True)
    if ended.returncode not in (0, 1):
        print(f"{name}: ended with {ended.returncode}")
    return ended.returncode == 0


@contextlib.contextmanager
def gateways():
    """One good gateway, one for each certificate that must be refused, and the homes that lead nowhere."""
    with contextlib.ExitStack() as stack:
        good = stack.enter_context(sandbox.running(WORKSHOP / "good"))
        for kind in CERTIFICATES:
            stack.enter_context(sandbox.running(WORKSHOP / kind, "--certificate", kind))
        mute = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        broken_homes(good, mute.getsockname()[1])
        journal_homes(good, stack.enter_context(relay.to(good.facts["port"], WORKSHOP / "dark")))
        yield good


def home(good, name, mall=lambda text: text, lgdacom=lambda text: text):
    """A copy of the good home, changed."""
    conf = WORKSHOP / name / "home/conf"
    shutil.copytree(Path(good.home) / "conf", conf)
    for file, change in [("mall.conf", mall), ("lgdacom.conf", lgdacom)]:
        text = change((conf / file).read_text("utf-8"))
        (conf / file).unlink() if text is None else (conf / file).write_text(text, "utf-8")


def url(address):
    return lambda _: f"url = {address}\ntest_url = {address}\n"


def setting(*lines):
    names = tuple(line.split(" = ")[0] + " = " for line in lines)
    return lambda text: "\n".join([*(old for old in text.splitlines() if not old.startswith(names)), *lines, ""])


def broken_homes(good, mute_port):
    home(good, "patched")
    home(good, "no-mall", mall=lambda _: None)
    home(good, "no-lgdacom", lgdacom=lambda _: None)
    home(good, "open-quote", mall=lambda _: 'timeout = 5\nserver_id = "01\n')
    home(good, "plain-http", lgdacom=url("http://127.0.0.1/xpay/Gateway.do"))
    home(good, "no-url", lgdacom=lambda _: "")
    home(good, "unresolvable", lgdacom=url("https://gateway.invalid/xpay/Gateway.do"))
    home(good, "refused", lgdacom=url(f"https://127.0.0.1:{closed_port()}/xpay/Gateway.do"))
    home(good, "mute", mall=setting("timeout = 1"), lgdacom=url(f"https://127.0.0.1:{mute_port}/"))
    home(good, "impatient", mall=setting("timeout = 1"))
    home(good, "no-rollback", mall=setting("auto_rollback = 0"))


def journal_homes(good, relay_port):
    """Two that reach the gateway by the relay, with journals of their own, and two whose journal cannot be written."""
    relayed = url(good.facts["url"].replace(str(good.facts["port"]), str(relay_port)))
    for name in ["guarded", "recovered"]:
        home(good, name, mall=setting(f"journal_dir = {WORKSHOP / name}/journal"), lgdacom=relayed)
    (WORKSHOP / "a-file").touch()
    home(good, "strict", mall=setting("journal = strict", f"journal_dir = {WORKSHOP}/a-file"))
    home(good, "unkept", mall=setting("journal = on", f"journal_dir = {WORKSHOP}/a-file"))


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def mint(good, test):
    keys = [good.paykey(f"{test}-{number}", 23400) for number in range(20)]
    (WORKSHOP / "paykeys").write_text("".join(key + "\n" for key in keys))


def ledger_is_settled(good):
    """No approval stands at the gateway but those that a test means to leave."""
    standing = [payment["oid"].partition("-")[0] for payment in good.payments() if payment["balance"] != 0]
    wrong = {test: standing.count(test) for test, meant in TESTS.items() if standing.count(test) != meant}
    print(f"ledger: standing payments that should not be: {wrong or 'none'}")
    return not wrong


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
