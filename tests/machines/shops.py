"""Shops in each language that pay once, or recover, with their journal in a database: as `examples/c` has them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import phps
from package import lay_out
from sandbox import BUILD, LIBRARY, ROOT
from tests import kit
from tests.databases import NAME, PASSWORD, USER, Server, client_options

MID = "tlgdacomxpay"
HERE = Path(__file__).parent


@dataclass
class Shop:
    """A program: what pays with the PAYKEY that it reads, and what recovers, on a machine."""

    language: str
    pay: Callable[[Machine], list[str]]
    recover: Callable[[Machine], list[str]]


@dataclass
class Machine:
    """A directory that stands for a machine: its configuration, its log, its files."""

    home: Path
    server: Server
    port: int

    @classmethod
    def make(
        cls, home: Path, gateway_home: str, server: Server, port: int = 0, settings: dict[str, str] | None = None
    ) -> Machine:
        """With a copy of the gateway's configuration. `port`: where the database is heard instead of its own port."""
        shutil.copytree(Path(gateway_home) / "conf", home / "conf")
        (home / "log").mkdir(mode=0o700)
        (home / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
        (home / "password").chmod(0o600)
        heard = port or server.port
        dsn = server.dsn.replace(str(server.port), str(heard))
        lines = {
            "log_dir": "log",
            "timeout": "30",
            "journal_dsn": dsn,
            "journal_user": USER,
            "journal_password_file": "password",
            **(settings or {}),
        }
        with (home / "conf/mall.conf").open("a", encoding="utf-8") as file:
            file.writelines(f'{name} = "{value}"\n' for name, value in lines.items())
        return cls(home, server, heard)


def in_c(server: Server, directory: Path) -> Shop:
    """The example over the client library of this database."""
    name = "journal_mariadb" if server.kind == "mysql" else "journal_postgres"
    program = directory / name
    if not program.exists():
        options = client_options(name.removeprefix("journal_"))
        source = ROOT / "examples/c" / f"{name}.c"
        library = [f"-I{ROOT / 'include'}", f"-L{BUILD}", f"-Wl,-rpath,{BUILD}", "-lxpayclient"]
        kit.run(
            ["gcc", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O2", source, "-o", program, *library, *options],
            stderr=subprocess.STDOUT,
        )

    def call(machine: Machine, task: str) -> list[str]:
        reached = f"host=127.0.0.1 port={machine.port} dbname={NAME} user={USER}"
        if server.kind == "mysql":
            reached = f"127.0.0.1:{machine.port}:{NAME}:{USER}"
        return [str(program), str(machine.home), MID, reached, task]

    return Shop("c", lambda machine: call(machine, "pay"), lambda machine: call(machine, "recover"))


def in_php() -> Shop:
    """The drop-in over FFI, on PHP as the system has it."""
    php = ["env", f"XPAYCLIENT_LIB={LIBRARY}", kit.php(phps.NAMES[0]), "-d", "ffi.enable=1"]
    return Shop(
        "php",
        lambda machine: [*php, str(HERE / "pay.php"), str(machine.home)],
        lambda machine: [*php, str(ROOT / "ffi-php/bin/xpay-recover"), "--home", str(machine.home)],
    )


def in_python(directory: Path) -> Shop:
    """The package of the tree, with the drivers that the tests have."""
    package = directory / "package"
    if not package.exists():
        lay_out(package)
    python = ["env", f"PYTHONPATH={package}", sys.executable]
    return Shop(
        "python",
        lambda machine: [*python, str(HERE / "pay.py"), str(machine.home)],
        lambda machine: [*python, "-m", "xpayclient", "recover", "--home", str(machine.home)],
    )


LANGUAGES: dict[str, Callable[[Server, Path], Shop]] = {
    "c": in_c,
    "php": lambda _, __: in_php(),
    "python": lambda _, directory: in_python(directory),
}
