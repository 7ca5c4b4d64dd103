#!/usr/bin/env python3
"""Runs the suites of `make check`, `make test`, `make test-release` and `make test-platforms`, and ends with one table of what was
tried.

A suite that fails does not stop the others. What cannot be tried here is skipped aloud; with CI=true or XPAY_STRICT=1 it fails. But
another platform is only ever skipped, if its compilers cannot be had, or from XPAY_UNTIL on, which is in seconds since 1970.

Usage: suites.py NAME... [-- OPTION...]   check, test, release, platforms or single suites; the options go to pytest
       suites.py forget | total           forgets what ran; adds up what ran since
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import environment
import platforms
from platforms import RESULTS
from sandbox import BUILD, ROOT

# CI, or whoever wants to know that everything was tried.
STRICT = os.environ.get("XPAY_STRICT") == "1" or os.environ.get("CI") == "true"
# As many tests at once as the smallest machine has cores.
LANES = "2"
# The suites that are folders of tests/, run by pytest.
FOLDERS = sorted({file.parent.name for file in (ROOT / "tests").glob("*/test_*.py")})
# What each menu consists of. Packages are made of what is shipped; those of another build would tell the same.
MENUS = {
    "check": ["format", "lints", "python-style", "rust", "c", "scenarios"],
    "test": ["format", "lints", "python-style", "php-style", "rust", *(name for name in FOLDERS if name != "packages")],
    "platforms": list(platforms.ALL),
    "release": ["c", "scenarios", "packages", "python", "tutorials", "figures", "torture", "deny", "msrv"],
}
# What `make check` leaves out of a folder, so that it takes less than a minute.
QUICK = ["-m", "not slow", "--drivers=C,Rust"]


@dataclass
class Row:
    """What came of a suite."""

    suite: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0

    @property
    def tried(self) -> int:
        return self.passed + self.failed


def main() -> int:
    names, _, options = (list(part) for part in split(sys.argv[1:]))
    if names == ["forget"]:
        shutil.rmtree(RESULTS, ignore_errors=True)
        return 0
    if names == ["total"]:
        return total()
    if not names or any(name not in {*MENUS, *OTHERS, *FOLDERS} for name in names):
        sys.exit(__doc__)
    label = "-".join(names)
    suites = [suite for name in names for suite in MENUS.get(name, [name])]
    if "check" in names:
        options = [*QUICK, *options]
    rows = list(ran(suites, options))
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{label}.json").write_text(json.dumps([asdict(row) for row in rows]))
    if set(suites) & set(platforms.ALL):
        platforms.show()
    show(rows)
    return any(row.failed for row in rows)


def split(arguments: list[str]) -> tuple[list[str], str, list[str]]:
    where = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:where], "--", arguments[where + 1 :]


def total() -> int:
    """The rows of all menus since `forget`, and the one line that machines read."""
    rows = [
        Row(**{**row, "suite": f"{file.stem}: {row['suite']}"})
        for file in sorted(RESULTS.glob("*.json"))
        for row in json.loads(file.read_text())
    ]
    show(rows)
    return not rows or any(row.failed for row in rows)


def show(rows: list[Row]) -> None:
    width = max((len(row.suite) for row in rows), default=0) + 2
    print(f"\n{'suite':<{width}}{'tried':>7}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for row in rows:
        print(f"{row.suite:<{width}}{row.tried:>7}{row.failed:>8}{row.skipped:>9}{row.seconds:>9.0f}")
    passed, failed, skipped = (sum(getattr(row, name) for row in rows) for name in ("passed", "failed", "skipped"))
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)


def ran(suites: list[str], options: list[str]) -> Iterator[Row]:
    """Each suite's row. The folders of tests/ are one run of pytest, so that its lanes are always busy."""
    folders = [suite for suite in suites if suite in FOLDERS]
    for suite in (suite for suite in suites if suite not in FOLDERS):
        begun = time.monotonic()
        row = OTHERS[suite](suite)
        row.seconds = time.monotonic() - begun
        yield row
    if folders:
        yield from by_pytest(folders, options)


def by_pytest(folders: list[str], options: list[str]) -> Iterator[Row]:
    junit = RESULTS / "pytest.xml"
    junit.unlink(missing_ok=True)
    python = tools(folders[0])
    if isinstance(python, Row):
        yield from (cannot(folder) for folder in folders)
        return
    lanes = ["-n", LANES] if os.environ.get("K") is None else ["-k", os.environ["K"]]
    call: list[str | Path] = [
        python,
        "-m",
        "pytest",
        f"--junitxml={junit}",
        *lanes,
        *options,
        *(f"tests/{folder}" for folder in folders),
    ]
    status = say(call)[0]
    rows = {folder: Row(folder) for folder in folders}
    for case in ET.parse(junit).iter("testcase") if junit.exists() else ():
        add(rows, case)
    yield from rows.values()
    if status == 5:
        print(f"No test is called so: {os.environ.get('K')} / 이 이름의 테스트가 없습니다")
    # An error that belongs to no test, as one in a conftest.py; or nothing that K picked.
    if status > 1 or (status == 1 and not any(row.failed for row in rows.values())):
        yield Row("pytest itself", failed=1)


def add(rows: dict[str, Row], case: ET.Element) -> None:
    """Counts a test; one that ran another runner counts as that one's tests (tests/kit.py)."""
    # A file that is skipped as a whole has a name alone.
    names = (case.get("classname") or case.get("name") or "").split(".")
    row = rows.get(names[1] if len(names) > 1 else "") or next(iter(rows.values()))
    row.seconds += float(case.get("time", "0"))
    inner = {
        one.get("name"): int(one.get("value", "0"))
        for one in case.iter("property")
        if one.get("name") in ("tried", "failed", "skipped")
    }
    failed = case.find("failure") is not None or case.find("error") is not None
    if inner:
        row.failed += inner.get("failed") or failed
        row.passed += inner.get("tried", 0) - inner.get("failed", 0)
        row.skipped += inner.get("skipped", 0)
    elif case.find("skipped") is not None:
        row.skipped += 1
    else:
        row.failed += failed
        row.passed += not failed


def formatted(suite: str) -> Row:
    return steps(suite, ["cargo", "fmt", "--all", "--check"])


def lints(suite: str) -> Row:
    warnings = ["-D", "warnings"] if reference() else []
    return steps(
        suite,
        ["cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", *warnings],
        ["cargo", "xtask", "generate", "--check"],
        [sys.executable, "scripts/rooms.py"],
        [sys.executable, "scripts/features.py"],
        [sys.executable, "scripts/notices.py", "--check"],
        [sys.executable, "scripts/crates.py"],
    )


def python_style(suite: str) -> Row:
    python = tools(suite)
    if isinstance(python, Row):
        return python
    ruff = [python.parent / "ruff"]
    return steps(suite, [*ruff, "format", "--check", "--quiet"], [*ruff, "check", "--quiet"], [python, "-m", "mypy"])


def php_style(suite: str) -> Row:
    if shutil.which("phpcs") is None:
        return cannot(suite)
    return steps(suite, ["phpcs", "--standard=ffi-php/phpcs.xml", "-q"])


def rust(suite: str) -> Row:
    """By cargo-nextest where it is, which runs the tests of all crates at once. K picks tests by a word of their names."""
    others = ["--workspace", "--exclude", "xpayclient-torture", "--locked", "--no-fail-fast"]
    word = [os.environ["K"]] if os.environ.get("K") else []
    row = Row(suite)
    if shutil.which("cargo-nextest"):
        # Most of them wait for a gateway more than they compute.
        at_once = f"--test-threads={2 * (os.cpu_count() or 1)}"
        shown = ["--show-progress=none", "--status-level=fail", "--no-tests=pass"]
        counted(row, ["cargo", "nextest", "run", *others, at_once, *shown, *word])
        counted(row, ["cargo", "test", *others, "--quiet", "--doc", *word])
    else:
        counted(row, ["cargo", "test", *others, "--quiet", *word])
    if word:
        row.failed += row.tried == 0
        return row
    status, _ = say(["cargo", "doc", "--workspace", "--no-deps", "--locked"], RUSTDOCFLAGS="-D warnings" if reference() else "")
    row.passed, row.failed = row.passed + (status == 0), row.failed + (status != 0)
    return row


def figures(suite: str) -> Row:
    """The bench itself: its figures are in the output."""
    return steps(suite, ["make", "--no-print-directory", "bench"])


def counted(row: Row, call: list[str]) -> None:
    """Runs tests in Rust and adds what they came to, in the words of libtest or of nextest."""
    status, said = say(call)
    results = re.findall(r"^test result: .*|^ +Summary .* run: .*", said, re.MULTILINE)

    def number(kind: str) -> int:
        return sum(int(found) for line in results for found in re.findall(rf"(\d+) {kind}", line))

    failed = number("failed") + number("timed out")
    row.passed += number("passed")
    # One that does not compile has no number.
    row.failed += failed or status != 0
    row.skipped += number("ignored")


def torture(suite: str) -> Row:
    """The library as it is released, but for the feature with which its surroundings are played; `pipes` runs `xpay-bridge`."""
    build = BUILD.name if BUILD.name == "portable" else "release"
    compiled: list[str | Path] = ["env", f"XPAY_BUILD={build}", "scripts/compile"]
    trials = [
        "cuts --every 15",
        "kills --every 2",
        "crowd",
        "hosts",
        "outage",
        "pipes",
        "simulate --runs 20000",
        "trade --seconds 5",
    ]
    run: list[list[str | Path]] = [[f"target/{build}/torture", *trial.split()] for trial in trials]
    return steps(suite, [*compiled, "xpayclient-bridge"], [*compiled, "xpayclient-torture"], *run)


def deny(suite: str) -> Row:
    """Licences, bans and sources of what is depended on. A licence or an exception that is not needed any more fails, too."""
    if say(["scripts/cargo-deny"])[0] != 0:
        return cannot(suite)
    return steps(suite, ["target/tools/bin/cargo-deny", "check", "-D", "warnings", "licenses", "bans", "sources"])


def msrv(suite: str) -> Row:
    """What users build, in the oldest Rust that `rust-version` promises."""
    if say(["scripts/debian-rust"])[0] != 0:
        return cannot(suite)
    oldest = {"RUSTC": str(ROOT / "target/oldest-rust/rustc"), "CARGO_TARGET_DIR": "target/oldest-rust/target"}
    built = [f"--package=xpayclient-{name}" for name in ("bridge", "capi", "cli", "python")]
    status, _ = say(["cargo", "check", "--locked", "--quiet", *built], **oldest)
    return Row(suite, passed=status == 0, failed=status != 0)


def platform(suite: str) -> Row:
    """Another platform: its compilers and what stands for it here, its programs, its tests."""
    row, wanted = Row(suite), platforms.ALL[suite]
    for trial in wanted.trials:
        # The table shows nothing of an earlier run.
        platforms.result(suite, trial).unlink(missing_ok=True)
    if time.time() >= float(os.environ.get("XPAY_UNTIL", "inf")):
        return untried(suite, "no time was left", "시간이 부족해 테스트하지 않음")
    if say(["scripts/cross", "--may", suite])[0] != 0 or say(["scripts/kit", *wanted.parts])[0] != 0:
        return untried(suite, "its compilers, or what runs it, cannot be had", "컴파일러나 실행 도구를 준비하지 못했습니다")
    python = tools(suite)
    if isinstance(python, Row):
        return python
    build = {"XPAY_BUILD": f"debug-{suite}"}
    row.failed += say(["scripts/compile", *wanted.packages], **build)[0] != 0
    for trial, options in wanted.trials.items() if not row.failed else ():
        junit = platforms.result(suite, trial)
        failed_before = row.failed
        status = say([python, "-m", "pytest", f"--junitxml={junit}", "-n", LANES, *options], platforms.TIME, **build)[0]
        for case in ET.parse(junit).iter("testcase") if junit.exists() else ():
            add({suite: row}, case)
        row.failed += status != 0 and row.failed == failed_before
    for call in wanted.ends:
        say(call)
    return row


OTHERS = {
    **dict.fromkeys(platforms.ALL, platform),
    "format": formatted,
    "lints": lints,
    "python-style": python_style,
    "php-style": php_style,
    "rust": rust,
    "figures": figures,
    "torture": torture,
    "deny": deny,
    "msrv": msrv,
}


def reference() -> bool:
    """Whether this is the compiler whose warnings fail. Others, older and newer, know other warnings and only show them."""
    return " 1.95." in subprocess.run(["rustc", "--version"], stdout=subprocess.PIPE, encoding="utf-8").stdout


def tools(suite: str) -> Path | Row:
    """The interpreter with pytest, Ruff and mypy."""
    try:
        return environment.tests()
    except subprocess.CalledProcessError as error:
        print(f"PyPI cannot be had ({error}) / PyPI를 쓸 수 없습니다")
        return cannot(suite)


def untried(suite: str, english: str, korean: str) -> Row:
    """What does not depend on this tree, as Debian's servers and the hour do not, fails nowhere."""
    print(f"NOT TRIED: {suite}: {english} / {korean}")
    return Row(suite, skipped=1)


def cannot(suite: str, remedy: str = "make setup") -> Row:
    print(f"NOT TRIED: {suite}. Run `{remedy}` / 테스트하지 않음: {suite}. `{remedy}`을 실행하십시오")
    return Row(suite, failed=STRICT, skipped=not STRICT)


def steps(suite: str, *calls: list[str | Path]) -> Row:
    """Commands that each pass or fail, or say that they cannot be tried."""
    row = Row(suite)
    for call in calls:
        status, said = say(call)
        row.failed += status != 0
        row.skipped += status == 0 and "NOT TRIED" in said
        row.passed += status == 0 and "NOT TRIED" not in said
    return row


def say(call: Iterable[str | Path], within: float = 0, /, **variables: str) -> tuple[int, str]:
    """Runs a command and shows what it does; its status and its output. With a limit, in seconds, it is ended then, and whatever it
    started ends with it."""
    words = list(map(str, call))
    print(f"\n== {' '.join(words)}", flush=True)
    lines = []
    with (
        subprocess.Popen(
            words,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | variables,
            encoding="utf-8",
            errors="replace",
            start_new_session=within > 0,
        ) as process,
        platforms.ended(process, within),
    ):
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    return process.returncode, "".join(lines)


if __name__ == "__main__":
    sys.exit(main())
