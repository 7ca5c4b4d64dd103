#!/usr/bin/env python3
"""The documents show the same code and commands in both languages, their samples pay, and CI runs exactly the commands
shown."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
import phps  # noqa: E402
import sandbox  # noqa: E402

RELEASE = ROOT / "target/release"
WORKSHOP = ROOT / "target/tests-documents"
PAID = "paid 23400, LGD_TID tlgda"
# Each by its English name, and what its samples say that are given a home_dir and a PAYKEY, by their language.
DOCUMENTS = {
    "README": {"c": [PAID], "php": [PAID]},
    "docs/en/abi": {},
    "docs/en/c": {"c": [PAID], "cpp": [PAID]},
    "docs/en/journal": {"c": ["paid and booked"]},
    "docs/en/migrating-c-java-com": {"csharp": [PAID]},
    "docs/en/performance": {},
    "docs/en/php": {"php": [PAID, PAID, "Value error; LGD_OID is no order of this shop"]},
    "docs/en/python": {},
    "docs/en/sandbox": {},
    "examples/php/README": {},
}


def main():
    for name, said in DOCUMENTS.items():
        twin = name.replace("docs/en/", "docs/ko/") if name.startswith("docs/") else f"{name}.ko"
        english, korean = (blocks((ROOT / f"{page}.md").read_text("utf-8")) for page in (name, twin))
        expect(english == korean, f"{name}.md and {twin}.md show different code or commands")
        for language, wanted in said.items():
            samples = [code for written_in, code in english if written_in == language]
            expect(len(samples) == len(wanted), f"{name}.md has {len(samples)} samples in {language}")
            for code, beginning in zip(samples, wanted):
                pays(language, code, beginning)
    shown = re.findall(r"^make (?:demo|test)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    in_ci = re.findall(r"^make .*$", (ROOT / ".ci/run").read_text("utf-8"), re.MULTILINE)
    expect(shown == in_ci, f"README.md shows {shown}, CI runs {in_ci}")
    print(f"{len(DOCUMENTS) + 1} passed, 0 failed")


def blocks(text):
    """Language and code of each fenced block, without the shell's comments: those are translated."""
    fenced = re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [(language, re.sub(r" *#\s.*" if language == "sh" else "$^", "", code)) for language, code in fenced]


def pays(language, code, wanted):
    """Runs a sample as its reader would, in a directory of its own."""
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True)
    call = {"c": compiled, "cpp": compiled_as_cpp, "csharp": run_by_mono, "php": interpreted}[language](code)
    if call is None:
        return
    with sandbox.running(WORKSHOP / "shop") as gateway:
        call = [*call, gateway.home, gateway.paykey("order-1", 23400)]
        environment = {**os.environ, "XPAY_HOME": gateway.home}
        done = subprocess.run(call, cwd=WORKSHOP, check=True, stdout=subprocess.PIPE, encoding="utf-8", env=environment)
    expect(done.stdout.startswith(wanted), f"the sample said: {done.stdout}")


def compiled(code, compiler=("cc",), name="payment.c"):
    (WORKSHOP / name).write_text(code, "utf-8")
    flags = ["-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}", f"-L{RELEASE}", f"-Wl,-rpath,{RELEASE}"]
    subprocess.run([*compiler, name, "-o", "payment", *flags, "-lxpayclient"], cwd=WORKSHOP, check=True)
    return ["./payment"]


def compiled_as_cpp(code):
    return compiled(code, ("c++", "-std=c++11"), "payment.cpp")


def run_by_mono(code):
    if shutil.which("mcs") is None or shutil.which("mono") is None:
        print("THE SAMPLE IN C# IS NOT RUN: there is no Mono here / Mono가 없어 C# 예제를 실행하지 않습니다")
        return None
    (WORKSHOP / "Payment.cs").write_text(code, "utf-8")
    subprocess.run(["mcs", "Payment.cs"], cwd=WORKSHOP, check=True)
    return ["env", f"LD_LIBRARY_PATH={RELEASE}", "mono", "Payment.exe"]


def interpreted(code):
    """In PHP, with the class and the library beside it, and the package as Composer lays it."""
    php = phps.found().get("PHP 8")
    if php is None:
        print("THE SAMPLES IN PHP ARE NOT RUN: there is none here / PHP가 없어 PHP 예제를 실행하지 않습니다")
        return None
    (WORKSHOP / "payment.php").write_text(code, "utf-8")
    shutil.copy(phps.CLASS, WORKSHOP)
    shutil.copy(RELEASE / "libxpayclient.so", WORKSHOP)
    phps.project(WORKSHOP)
    return [php, "payment.php"]


def expect(holds, what):
    if not holds:
        sys.exit(f"{what}\n0 passed, 1 failed")


if __name__ == "__main__":
    main()
