"""Database servers for the tests, each heard at a socket in a directory of its own and nowhere else."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import inner, kit

# What depends on what transactions see of each other.
OF_ISOLATION = ["test_races.py", "test_ledger.py"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """K=WORD finds what a Django runs, too."""
    for item in items:
        if item.path == Path(__file__).with_name("test_app.py"):
            only = OF_ISOLATION if item.name.startswith("test_another_isolation") else ()
            item.extra_keyword_matches.update(inner.names(inner.TESTS / "django", only))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[dict[str, str]]:
    """The variables that lead to it."""
    programs = programs_of_postgresql()
    as_user, owner = unprivileged("postgres")
    with room("xpay-pg-", owner) as directory:
        data = f"{directory}/data"

        def run(name: str, *options: str) -> None:
            call = [*as_user, str(programs / name), "-D", data, *options]
            subprocess.run(call, check=True, stdout=subprocess.DEVNULL, cwd=directory)

        run("initdb", "-A", "trust", "-U", "shop", "-N")
        settings = {"listen_addresses": "''", "unix_socket_directories": directory, "fsync": "off"}
        started = " ".join(f"-c {name}={value}" for name, value in settings.items())
        run("pg_ctl", "-w", "-l", f"{directory}/log", "-o", started, "start")
        try:
            yield {"PGHOST": directory, "PGUSER": "shop", "PGDATABASE": "postgres"}
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def mariadb() -> Iterator[dict[str, str]]:
    """The variables that lead to it. Its tables of time zones are empty, as after any installation."""
    install = kit.program("mariadb-install-db")
    as_user, owner = unprivileged("nobody")
    with room("xpay-my-", owner) as directory:
        data = f"--datadir={directory}/data"
        made = [*as_user, install, "--no-defaults", data, "--auth-root-authentication-method=normal", "--skip-test-db"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd=directory)
        with served([*as_user, server_of_mysql("mariadbd"), "--no-defaults", data], directory) as variables:
            yield variables


@pytest.fixture(scope="session")
def mysql() -> Iterator[dict[str, str]]:
    """The variables that lead to it. Debian has no package of it, and calls MariaDB by its name."""
    program = server_of_mysql("mysqld")
    if "MariaDB" in subprocess.run([program, "--version"], stdout=subprocess.PIPE, encoding="utf-8").stdout:
        pytest.skip("there is no MySQL here: Debian has no package of it / MySQL이 없습니다: Debian에 패키지가 없습니다")
    as_user, owner = unprivileged("nobody")
    with room("xpay-my-", owner) as directory:
        server = [*as_user, program, "--no-defaults", f"--datadir={directory}/data"]
        subprocess.run([*server, "--initialize-insecure"], check=True, stderr=subprocess.DEVNULL, cwd=directory)
        with served([*server, "--mysqlx=OFF"], directory) as variables:
            yield variables


def server_of_mysql(name: str) -> str:
    """Debian keeps it where only root's PATH leads."""
    return shutil.which(name, path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin") or kit.program(name)


@contextmanager
def served(server: list[str], directory: str) -> Iterator[dict[str, str]]:
    """MariaDB or MySQL, ready."""
    path = f"{directory}/socket"
    options = ["--skip-networking", f"--socket={path}", f"--pid-file={directory}/pid", "--character-set-server=utf8mb4"]
    quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=fsync"]
    with open(f"{directory}/log", "w+", encoding="utf-8", errors="replace") as log:
        process = subprocess.Popen([*server, *options, *quick], stdout=log, stderr=log, cwd=directory)
        try:
            for _ in iter(lambda: is_heard(path), True):
                if process.poll() is not None:
                    log.seek(0)
                    pytest.fail(f"{server[-2]} ended with {process.returncode}: {log.read()}")
                time.sleep(0.05)
            yield {"MYSQL_HOST": path, "MYSQL_USER": "root", "MYSQL_DATABASE": "shop"}
        finally:
            process.terminate()
            process.wait()


def is_heard(path: str) -> bool:
    """Whether somebody answers at a socket."""
    with socket.socket(socket.AF_UNIX) as caller:
        return caller.connect_ex(path) == 0


@contextmanager
def room(prefix: str, owner: pwd.struct_passwd | None) -> Iterator[str]:
    """A directory for a server. Not below target/: its user may not come there, and a socket's path has to be short."""
    with tempfile.TemporaryDirectory(prefix=prefix) as directory:
        if owner is not None:
            os.chown(directory, owner.pw_uid, owner.pw_gid)
        yield directory


def programs_of_postgresql() -> Path:
    """Debian keeps them out of the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        kit.missing("there is no PostgreSQL here: make setup", "PostgreSQL이 없습니다: make setup")
    return found[-1].parent if found else Path(str(on_path)).resolve().parent


def unprivileged(user: str) -> tuple[list[str], pwd.struct_passwd | None]:
    """These servers refuse to run as root: then they run as this user."""
    if os.geteuid() != 0:
        return [], None
    return ["runuser", "-u", user, "--"], pwd.getpwnam(user)
