"""What makes declarations for other languages takes the header as it is: SWIG, bindgen; and ctypes, which takes the functions.

Each program of bindings/ pays, and its payment is in the ledger.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

import sandbox
from sandbox import BUILD, LIBRARY, ROOT
from tests import kit

HERE = ROOT / "tests/c/bindings"
HEADER = ROOT / "include/xpayclient.h"
MADE = [f"-I{HEADER.parent}", f"-L{BUILD}", "-lxpayclient", f"-Wl,-rpath,{BUILD}"]


def pays(gateway: sandbox.Sandbox, order: str, call: Iterable[str | Path], **more: object) -> None:
    """The program's LGD_TID is that of the order's payment, which stands."""
    shown = kit.run([*call, gateway.home, gateway.paykey(order, 23400)], **more)
    found = [(payment["tid"], payment["balance"]) for payment in gateway.payments() if payment["oid"] == order]
    assert found == [(shown.strip(), 23400)]


def test_swig(gateway: sandbox.Sandbox, tmp_path: Path) -> None:
    """Without a warning, of SWIG's or of the compiler's; a number is returned beside the result."""
    python = Path(sysconfig.get_path("include"))
    if not (python / "Python.h").exists():
        kit.missing("there are no headers of Python here: make setup", "Python의 헤더가 없습니다: make setup")
    swig: list[str | Path] = [kit.program("swig"), "-python", "-Wall", "-Werror", f"-I{HEADER.parent}", "-outdir", tmp_path]
    kit.run([*swig, "-o", tmp_path / "xpay.c", HERE / "xpay.i"], stderr=subprocess.STDOUT)
    module: list[str | Path] = ["gcc", "-shared", "-fPIC", "-Wall", "-Werror", f"-I{python}", tmp_path / "xpay.c", *MADE]
    kit.run([*module, "-o", tmp_path / "_xpay.so"], stderr=subprocess.STDOUT)
    pays(gateway, "by-swig", [sys.executable, HERE / "by_swig.py"], env={"PYTHONPATH": str(tmp_path)})


def test_bindgen(gateway: sandbox.Sandbox, tmp_path: Path) -> None:
    names = ["--allowlist-function", "xpay_.*", "--allowlist-var", "XPAY_.*"]
    kit.run([kit.program("bindgen"), HEADER, *names, "-o", tmp_path / "xpay.rs"])
    main = tmp_path / "main.rs"
    main.write_text((HERE / "by_bindgen.rs").read_text("utf-8"), "utf-8")
    linked = [f"-Lnative={BUILD}", "-ldylib=xpayclient", f"-Clink-arg=-Wl,-rpath,{BUILD}"]
    kit.run(["rustc", "--edition=2021", "-Dwarnings", *linked, "-o", tmp_path / "pays", main], stderr=subprocess.STDOUT)
    pays(gateway, "by-bindgen", [tmp_path / "pays"])


def test_ctypes(gateway: sandbox.Sandbox) -> None:
    pays(gateway, "by-ctypes", [sys.executable, HERE / "by_ctypes.py", LIBRARY])
