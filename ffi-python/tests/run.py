#!/usr/bin/env python3
"""The wheel in dist/, installed into environments below target/ and tried against sandboxes over TLS.

Every CPython that is found on this machine runs the tests; one checks types and stubs and builds the source distribution.
Packages come from PyPI: where it cannot be reached nothing is tried, which is said aloud. `--only` names an interpreter.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import environment  # noqa: E402

import sandbox  # noqa: E402
from sandbox import ROOT  # noqa: E402

HERE = Path(__file__).resolve().parent
DIST = ROOT / "dist"
WORKSHOP = ROOT / "target/tests-python"
OLDEST, NEWEST = 9, 15
# What has no wheel for a coming CPython is not waited for.
PACKAGES = ["pytest", "trio", f"greenlet; python_version < '3.{NEWEST}'"]


def main():
    options = arguments()
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True)
    wheel = next(DIST.glob("*.whl"), None)
    if wheel is None:
        print("PYTHON TESTS NOT TRIED: there is no wheel / 휠이 없어 파이썬 테스트를 하지 않음")
        return
    found = [python for python in interpreters() if options.only in python[0]]
    if len(found) == 1:
        print(f"Only CPython {found[0][0]} is here / CPython {found[0][0]}만 있습니다")
    try:
        made = {version: equipped(version, program, wheel) for version, program in found}
    except subprocess.CalledProcessError as error:
        print(f"PYTHON TESTS NOT TRIED: PyPI cannot be had ({error}) / PyPI를 쓸 수 없어 파이썬 테스트를 하지 않음")
        return
    for version, python in made.items():
        print(f"== CPython {version}", flush=True)
        call = [
            python,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--basetemp",
            WORKSHOP / version,
            HERE,
        ]
        subprocess.run(call, check=True, env=os.environ | {"XPAY": str(sandbox.XPAY), "PYTHONDONTWRITEBYTECODE": "1"})
    types(wheel)
    ten_lines(wheel)
    source_distribution()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="a part of the version to run")
    return parser.parse_args()


def interpreters():
    """Version and program of each CPython that the package is for, one of each minor version."""
    managed = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    programs = [sys.executable]
    for minor in range(OLDEST, NEWEST + 1):
        programs += [shutil.which(f"python3.{minor}"), *sorted(managed.glob(f"3.{minor}.*/bin/python"))]
    found = {}
    for program in filter(None, programs):
        version = version_of(program)
        if version and OLDEST <= int(version.split(".")[1]) <= NEWEST:
            found.setdefault(version, program)
    return sorted(found.items(), key=lambda known: int(known[0].split(".")[1]))


def version_of(program):
    """None for what cannot be run, as a shim without its interpreter."""
    ask = "import sys, platform; print(*sys.version_info[:2], sep='.') if platform.python_implementation() == 'CPython' else 0"
    asked = subprocess.run([program, "-c", ask], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
    return asked.stdout.strip() if asked.returncode == 0 else None


def equipped(version, program, wheel):
    python = environment.made(f"tests-{version}", PACKAGES, program)
    environment.install(python, "--no-deps", "--force-reinstall", wheel)
    return python


def types(wheel):
    """The stubs are the module's, the package and the examples are typed throughout."""
    python = environment.made("types", environment.CHECK)
    environment.install(python, "--no-deps", "--force-reinstall", wheel)
    package = ROOT / "ffi-python/python/xpayclient"
    # xpayclient.django cannot be imported without a project, nor be checked without Django: django/run.py does that.
    modules = [f"xpayclient.{file.stem}" for file in package.glob("*.py*") if file.stem not in ("__init__", "py")]
    subprocess.run([python, "-m", "mypy.stubtest", *modules], check=True, cwd=WORKSHOP)
    checked = [[package, "--exclude", "/django/"], *([file] for file in sorted((ROOT / "examples/python").glob("*.py")))]
    for part in checked:
        subprocess.run([python, "-m", "mypy", "--strict", *part], check=True, cwd=WORKSHOP)


def ten_lines(wheel):
    """README's sample pays from an environment that has the wheel and nothing else."""
    python = environment.made("empty")
    environment.install(python, "--no-index", "--force-reinstall", wheel)
    text = (ROOT / "README.md").read_text("utf-8")
    sample = text.split("```python\n", 1)[1].split("```", 1)[0]
    if sample not in (ROOT / "ffi-python/README.md").read_text("utf-8"):
        sys.exit("README.md and ffi-python/README.md show different samples")
    with sandbox.running(WORKSHOP / "ten-lines") as gateway:
        for program in (["-c", sample], [ROOT / "examples/python/payment.py"]):
            paykey = gateway.paykey(f"order-{len(program)}", 23400)
            call = [python, *program, gateway.home, paykey]
            said = subprocess.run(call, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
            if not said.startswith("paid 23400"):
                sys.exit(f"the sample said: {said}")
        print(gateway.ledger(), end="")


def source_distribution():
    """It builds, away from the tree."""
    (archive,) = DIST.glob("*.tar.gz")
    python = environment.made("source", environment.BUILD)
    variables = os.environ | {
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        # The same profile without what takes long and changes nothing here.
        "MATURIN_PEP517_ARGS": "--profile dev",
        "CARGO_TARGET_DIR": str(ROOT / "target/source-distribution"),
    }
    call = [
        python,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-build-isolation",
        "--no-deps",
        "-w",
        WORKSHOP / "built",
        archive,
    ]
    subprocess.run(call, check=True, env=variables)
    (built,) = (WORKSHOP / "built").glob("*.whl")
    print(f"the source distribution built {built.name}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}\n0 passed, 1 failed")
