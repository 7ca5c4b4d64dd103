#!/usr/bin/env python3
"""Compiles every C test against the header, links it both ways, and runs it against sandboxes over TLS.

Usage: run.py [--under memcheck|sanitizers] [--library DIRECTORY] [TEST...]

The homes it makes are named by what is wrong with them; `good` is not.
"""

import argparse
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

# Each test, and the number of payments that it leaves at the gateway on purpose.
TESTS = {"misuse": 0, "pages": 0, "typed": 0, "class": 0, "class-plain": 0, "contract": 0, "loading": 0}
TESTS |= {"forked": 0, "payment": 2, "failures": 2, "operations": 0, "guard": 2, "nested": 4, "reads": 0, "recovery": 0}
WORKSHOP = ROOT / "target/tests-c"
RELEASE = ROOT / "target/release"
FLAGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", f"-I{ROOT / 'include'}"]
# Tests in another standard than C99.
CPP = ["g++", "-std=c++11", ROOT / "tests/c/class.cpp"]
WRITTEN_IN = {"class": CPP, "class-plain": [*CPP, "-fno-exceptions", "-fno-rtti"]}
LINKAGES = {
    "shared": lambda place: [f"-L{place}", "-lxpayclient", f"-Wl,-rpath,{place}"],
    "static": lambda place: [str(place / "libxpayclient.a"), "-lpthread", "-ldl", "-lm"],
}
# Linked with no library, so that it can load one.
LOADS = "loading"
SUPPRESSIONS = f"--suppressions={ROOT / 'tests/c/valgrind.supp'}"
VALGRIND = ["valgrind", "--quiet", "--error-exitcode=99", SUPPRESSIONS]
# Each checking mode: compiler options, and the tool that runs the program.
UNDER = {
    None: ([], []),
    "memcheck": ([], [*VALGRIND, "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite"]),
    "sanitizers": (["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"], []),
}
CERTIFICATES = ["expired", "wrong-host", "untrusted"]


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--under", choices=[name for name in UNDER if name])
    asked.add_argument("--library", type=Path, default=RELEASE)
    asked.add_argument("tests", nargs="*", metavar="TEST")
    asked = asked.parse_args()
    compiled_with, runs_under = UNDER[asked.under]
    place = asked.library.absolute()
    if runs_under and shutil.which(runs_under[0]) is None:
        print(f"NOT RUN UNDER {asked.under}: there is no {runs_under[0]} here / 이 명령이 없어 실행하지 않습니다")
        return False
    header_compiles_alone()
    outcomes = []
    for linkage, libraries in LINKAGES.items():
        shutil.rmtree(WORKSHOP, ignore_errors=True)
        WORKSHOP.mkdir(parents=True)
        tests = [test for test in asked.tests or TESTS if test != LOADS or linkage == "shared"]
        programs = [(test, build(test, linkage, [*compiled_with, *libraries(place)])) for test in tests]
        with gateways() as good:
            for test, program in programs:
                mint(good, test)
                outcomes.append(run(f"{test} ({linkage})", [*runs_under, program], place))
            outcomes.append(ledger_is_settled(good, tests))
    failed = outcomes.count(False)
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return failed != 0


def header_compiles_alone():
    """The public headers under each supported standard, with nothing before them."""
    headers = [
        ("c", ["c99", "c11"], "xpayclient.h"),
        ("c++", ["c++11", "c++20"], "xpayclient.h"),
        ("c++", ["c++11", "c++20"], "xpayclient.hpp"),
    ]
    for compilers in [{"c": "gcc", "c++": "g++"}, {"c": "clang", "c++": "clang++"}]:
        if shutil.which(compilers["c++"]) is None:
            print(
                f"THE HEADERS ARE NOT TRIED WITH {compilers['c++']}: there is none here / 이 컴파일러가 없어 헤더를 확인하지 않습니다"
            )
            continue
        for language, standards, header in headers:
            for standard in standards:
                for more in [[], ["-fno-exceptions", "-fno-rtti"]] if header.endswith("pp") else [[]]:
                    compiles(compilers[language], standard, language, header, more)


def compiles(compiler, standard, language, header, more):
    program = f"#include <{header}>\nint main(void) {{ return 0; }}\n"
    flags = [f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT / 'include'}", "-fsyntax-only"]
    subprocess.run([compiler, *flags, *more, "-x", language, "-"], input=program, encoding="utf-8", check=True)


def build(test, linkage, libraries):
    program = WORKSHOP / f"{test}-{linkage}"
    compiler = WRITTEN_IN.get(test, ["gcc", "-std=c99", ROOT / f"tests/c/{test}.c"])
    if test == LOADS:
        libraries = [option for option in libraries if "xpayclient" not in option] + ["-ldl"]
    subprocess.run([*compiler, *FLAGS, "-o", program, *libraries, "-lpthread"], check=True)
    return program


def run(name, call, place):
    """Runs one program and shows its output under its name. A signal counts as a failure."""
    environment = {**os.environ, "XPAYCLIENT_LIB": str(place / "libxpayclient.so")}
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8", "errors": "replace"}
    ended = subprocess.run([*call, WORKSHOP], env=environment, **output)
    print(f"{name}: {ended.stdout.strip()}", flush=True)
    if ended.returncode not in (0, 1):
        print(f"{name}: ended with {ended.returncode}")
    return ended.returncode == 0


@contextlib.contextmanager
def gateways():
    """One good gateway, one for each certificate that must be refused, and homes without a gateway."""
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
    """Two homes that reach the gateway through the relay and one that does not, each with a journal; two whose journal cannot be written."""
    relayed = url(good.facts["url"].replace(str(good.facts["port"]), str(relay_port)))
    for name in ["guarded", "recovered"]:
        home(good, name, mall=setting(f"journal_dir = {WORKSHOP / name}/journal"), lgdacom=relayed)
    home(good, "read", mall=setting(f"journal_dir = {WORKSHOP}/read/journal"))
    (WORKSHOP / "a-file").touch()
    home(good, "strict", mall=setting("journal = strict", f"journal_dir = {WORKSHOP}/a-file"))
    home(good, "unkept", mall=setting("journal = on", f"journal_dir = {WORKSHOP}/a-file"))


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def mint(good, test):
    keys = [good.paykey(f"{test}-{number}", 23400) for number in range(20)]
    (WORKSHOP / "paykeys").write_text("".join(key + "\n" for key in keys))


def ledger_is_settled(good, tests):
    """No approval stands at the gateway except those that a test leaves on purpose."""
    standing = [payment["oid"].partition("-")[0] for payment in good.payments() if payment["balance"] != 0]
    wrong = {test: standing.count(test) for test, meant in TESTS.items() if test in tests and standing.count(test) != meant}
    print(f"ledger: standing payments that should not be: {wrong or 'none'}")
    return not wrong


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
