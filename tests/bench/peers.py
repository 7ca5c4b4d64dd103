"""The programs that pay: ours, and others to compare with. What this machine lacks is recorded, and the rest goes on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import environment
import package
import phps
from sandbox import BUILD, LIBRARY, ROOT

from .figures import Figures
from .server import Gateway, Missing

HERE = ROOT / "tests/bench"
Call = Sequence[object]


class Bench:
    """The programs, their number of payments and of rounds."""

    def __init__(self, gateway: Gateway, workshop: Path, quick: bool, alone: bool = False):
        self.gateway, self.workshop, self.quick, self.alone = gateway, workshop, quick, alone
        self.rounds = 1 if quick else 7
        self.warm, self.count = (5, 64) if quick else (200, 2000)
        self.url = f"https://localhost:{gateway.port}/xpay/Gateway.do"
        self.off = gateway.home("off", journal="off")
        self.on = gateway.home("on")
        self.lacking: list[Missing] = []
        self.pay = self._compiled(
            "pay", "-lxpayclient", "-lpthread", f"-I{ROOT / 'include'}", f"-L{BUILD}", f"-Wl,-rpath,{BUILD}"
        )
        self.curl = self._compiled("curl", "-lcurl")
        self.python = self._python()
        self.php = self._php()

    def in_turns(self, calls: Mapping[str, Call]) -> dict[str, list[Figures]]:
        """The output of each, in each round."""
        said: dict[str, list[Figures]] = {name: [] for name in calls}
        for _ in range(self.rounds):
            for name, call in calls.items():
                said[name].append(self.ask(call))
        return said

    def ask(self, call: Call) -> Figures:
        words, variables = list(map(str, call)), self.variables()
        said = subprocess.run(words, check=True, stdout=subprocess.PIPE, env=variables).stdout
        return {name: float(value) for name, value in json.loads(said).items()}

    def variables(self) -> dict[str, str]:
        # Nothing else of the caller's environment: it could set proxies and CA bundles for Python's HTTP clients.
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        packages = {"PYTHONPATH": str(self.workshop / "python"), "PYTHONDONTWRITEBYTECODE": "1"}
        return {**kept, **packages, "XPAYCLIENT_CLASS": str(phps.CLASS), "XPAYCLIENT_LIB": str(LIBRARY)}

    def _compiled(self, name: str, *options: str) -> Path:
        program = self.workshop / name
        call = ["cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", str(HERE / f"{name}.c"), "-o", str(program), *options]
        subprocess.run(call, check=True)
        return program

    def _python(self) -> Path | None:
        """An interpreter with the other HTTP clients, for our package too."""
        package.lay_out(self.workshop / "python")
        try:
            python = environment.made("bench", ["requests", "pycurl", "httpx"])
            # As pip leaves the others.
            subprocess.run([python, "-m", "compileall", "-q", self.workshop / "python"], check=True)
            return python
        except subprocess.CalledProcessError:
            self._without(
                "requests, pycurl and httpx cannot be had from PyPI", "PyPI에서 requests, pycurl, httpx를 받을 수 없습니다"
            )
            return None

    def _php(self) -> list[str] | None:
        """PHP's command, if it has curl."""
        program = phps.found().get("PHP 8")
        if program and subprocess.run([program, "-r", "exit(extension_loaded('curl') ? 0 : 1);"]).returncode == 0:
            return [program, "-d", "ffi.enable=1"]
        self._without("there is no PHP with curl here: make setup", "curl이 있는 PHP가 없습니다: make setup")
        return None

    def _without(self, english: str, korean: str) -> None:
        self.lacking.append(Missing(english, korean))


def valgrind() -> str:
    found = shutil.which("valgrind")
    if not found:
        raise Missing("there is no valgrind here: make setup", "valgrind 명령이 없습니다: make setup")
    return found
