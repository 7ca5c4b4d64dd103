#!/usr/bin/env python3
"""The documents show the same code and commands in both languages, their samples pay, and CI runs exactly the commands
shown."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
import sandbox  # noqa: E402

WORKSHOP = ROOT / "target/tests-documents"
# Each in both languages, and what its sample in C says, if it has one.
DOCUMENTS = {"README": "paid 23400, LGD_TID tlgda", "docs/journal": "paid and booked", "docs/sandbox": None}


def main():
    for name, said in DOCUMENTS.items():
        english, korean = (blocks((ROOT / f"{name}{language}.md").read_text("utf-8")) for language in ("", ".ko"))
        expect(english == korean, f"{name}.md and {name}.ko.md show different code or commands")
        if said is not None:
            pays(next(code for language, code in english if language == "c"), said)
    shown = re.findall(r"^make (?:demo|test)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    in_ci = re.findall(r"^make .*$", (ROOT / ".ci/run").read_text("utf-8"), re.MULTILINE)
    expect(shown == in_ci, f"README.md shows {shown}, CI runs {in_ci}")
    print(f"{len(DOCUMENTS) + 1} passed, 0 failed")


def blocks(text):
    """Language and code of each fenced block, without the shell's comments: those are translated."""
    fenced = re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [(language, re.sub(r" *#\s.*" if language == "sh" else "$^", "", code)) for language, code in fenced]


def pays(code, wanted):
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True)
    (WORKSHOP / "payment.c").write_text(code, "utf-8")
    release = ROOT / "target/release"
    flags = ["-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}", f"-L{release}", f"-Wl,-rpath,{release}"]
    call = ["cc", "payment.c", "-o", "payment", *flags, "-lxpayclient"]
    subprocess.run(call, cwd=WORKSHOP, check=True)
    with sandbox.running(WORKSHOP / "shop") as gateway:
        call = ["./payment", gateway.home, gateway.paykey("order-1", 23400)]
        said = subprocess.run(call, cwd=WORKSHOP, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    expect(said.startswith(wanted), f"the sample said: {said}")


def expect(holds, what):
    if not holds:
        sys.exit(f"{what}\n0 passed, 1 failed")


if __name__ == "__main__":
    main()
