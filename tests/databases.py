"""MariaDB and PostgreSQL as a shop has them, for tests: on a port of their own, killed, stopped and started again at will."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox import GATEWAY
from tests import kit

USER, PASSWORD, NAME = "shop", "shop-password", "shop"


@dataclass
class Server:
    """A database server in a directory of its own, heard on 127.0.0.1 and at a socket in that directory."""

    kind: str  # mysql or postgres, as `xpay journal init --for` has it
    directory: str
    port: int
    command: list[str]
    # As whom it runs, for Popen: these servers refuse to run as root.
    owner: dict[str, Any]
    process: subprocess.Popen[bytes] | None = None
    # In which database an administrator is.
    database: str = ""
    # Of the server, which `start` gives it.
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def dsn(self) -> str:
        """As journal_dsn has it."""
        name = "mysql" if self.kind == "mysql" else "pgsql"
        return f"{name}:host=127.0.0.1;port={self.port};dbname={NAME}"

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        with open(f"{self.directory}/log", "ab") as log:
            options = [
                f"--{name}={value}" if self.kind == "mysql" else f"-c{name}={value}" for name, value in self.settings.items()
            ]
            self.process = subprocess.Popen([*self.command, *options], stdout=log, stderr=log, cwd=self.directory, **self.owner)
        while not self.answers():
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.command[-1]} ended: {Path(self.directory, 'log').read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether it takes statements."""
        return subprocess.run(self.client("SELECT 1"), capture_output=True, check=False).returncode == 0

    def kill(self) -> None:
        """kill -9, as a machine that loses its power."""
        assert self.process is not None
        all_of_it = family(self.process.pid)
        self.signal(signal.SIGKILL)
        self.process.wait()
        self.process = None
        # What it has started holds its memory until it has ended, too.
        while any(lives(pid) for pid in all_of_it):
            time.sleep(0.005)

    def stop(self) -> None:
        """SIGSTOP: it answers nothing, and its port is still open."""
        self.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """SIGCONT."""
        self.signal(signal.SIGCONT)

    def signal(self, number: int) -> None:
        """Sends it to the server and everything that it started."""
        assert self.process is not None
        for pid in family(self.process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def sql(self, text: str) -> str:
        """What an administrator executes, with its output."""
        done = subprocess.run(self.client(text), capture_output=True, check=False, encoding="utf-8")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout

    def client(self, text: str) -> list[str]:
        """The call of its own client, as administrator."""
        if self.kind == "mysql":
            options = ["--no-defaults", f"--socket={self.directory}/socket", "--user=root", "--batch", "--skip-column-names"]
            return [program("mariadb"), *options, "--execute", text, *[one for one in [self.database] if one]]
        return [
            program("psql"),
            "-qAtX",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            self.directory,
            "-p",
            str(self.port),
            "-U",
            "admin",
            "-d",
            self.database or "postgres",
            "-c",
            text,
        ]

    def make_tables(self) -> None:
        """The tables of the journal, as `xpay journal init --print` prints them; those that were there are gone."""
        made = subprocess.run(
            [GATEWAY, "journal", "init", "--print", "--for", self.kind], capture_output=True, check=True, encoding="utf-8"
        )
        self.sql("DROP TABLE IF EXISTS xpay_journal; DROP TABLE IF EXISTS xpay_journal_schema;")
        self.sql(made.stdout)
        if self.kind == "postgres":
            self.sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON xpay_journal, xpay_journal_schema TO {USER}")

    def rows(self) -> list[tuple[str, str]]:
        """LGD_TXID and state of every row."""
        lines = self.sql("SELECT tx_id, state FROM xpay_journal ORDER BY tx_id").splitlines()
        pairs = (line.replace("|", "\t").split("\t") for line in lines)
        return [(tx_id, state) for tx_id, state in pairs]


@contextmanager
def mariadb() -> Iterator[Server]:
    """A MariaDB that keeps what it confirms."""
    install = kit.program("mariadb-install-db")
    owner = unprivileged("nobody")
    with room("xpay-my-", owner) as directory:
        # In one for all of them, each deletes at its start what it takes for its own leavings.
        data, passing = f"--datadir={directory}/data", f"--tmpdir={directory}"
        made = [install, "--no-defaults", data, passing, "--auth-root-authentication-method=normal", "--skip-test-db"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd=directory, **owner)
        port = free_port()
        options = [f"--socket={directory}/socket", "--bind-address=127.0.0.1", f"--port={port}", f"--pid-file={directory}/pid"]
        server = Server("mysql", directory, port, [program("mariadbd"), "--no-defaults", data, passing, *options], owner)
        try:
            server.start()
            server.sql(
                f"CREATE DATABASE {NAME}; CREATE USER {USER}@'%' IDENTIFIED BY '{PASSWORD}'; GRANT SELECT, INSERT, UPDATE, DELETE ON {NAME}.* TO {USER}@'%';"
            )
            server.database = NAME
            server.make_tables()
            yield server
        finally:
            if server.process is not None:
                server.go_on()
                server.kill()


@contextmanager
def postgresql() -> Iterator[Server]:
    """A PostgreSQL that keeps what it confirms."""
    programs = programs_of_postgresql()
    owner = unprivileged("postgres")
    with room("xpay-pg-", owner) as directory:
        data = f"{directory}/data"
        call = [str(programs / "initdb"), "-D", data, "-U", "admin", "-N", "--auth-local=trust", "--auth-host=scram-sha-256"]
        subprocess.run(call, check=True, stdout=subprocess.DEVNULL, cwd=directory, **owner)
        port = free_port()
        options = ["-h", "127.0.0.1", "-p", str(port), "-k", directory]
        server = Server("postgres", directory, port, [str(programs / "postgres"), "-D", data, *options], owner)
        try:
            server.start()
            server.sql(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
            server.sql(f"CREATE DATABASE {NAME}")
            server.database = NAME
            server.make_tables()
            yield server
        finally:
            if server.process is not None:
                server.go_on()
                server.kill()


def client_options(database: str) -> list[str]:
    """What a C program over the database's own client library is compiled with; nothing for any other word."""
    if database == "mariadb":
        return kit.run([kit.program("mariadb_config"), "--cflags", "--libs"]).split()
    if database == "postgres":
        return [f"-I{kit.run([kit.program('pg_config'), '--includedir']).strip()}", "-lpq"]
    return []


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, check=True, encoding="utf-8").stdout
    children: dict[int, list[int]] = {}
    for line in listed.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def program(name: str) -> str:
    """Debian keeps servers where only root's PATH leads."""
    return shutil.which(name, path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin") or kit.program(name)


@contextmanager
def room(prefix: str, owner: dict[str, Any]) -> Iterator[str]:
    """A directory for a server. Not below target/: its user may not come there, and a socket's path has to be short."""
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as directory:
        if owner:
            os.chown(directory, owner["user"], owner["group"])
        yield directory


def programs_of_postgresql() -> Path:
    """Debian keeps them out of the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        kit.missing("there is no PostgreSQL here: make setup", "PostgreSQL이 없습니다: make setup")
    return found[-1].parent if found else Path(str(on_path)).resolve().parent


def unprivileged(user: str) -> dict[str, Any]:
    """These servers refuse to run as root: then they run as this user, with what this gives to Popen."""
    if os.geteuid() != 0:
        return {}
    known = pwd.getpwnam(user)
    return {"user": known.pw_uid, "group": known.pw_gid, "extra_groups": []}


def lives(pid: int) -> bool:
    """Whether a process has not ended; one that nobody has asked about since has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
