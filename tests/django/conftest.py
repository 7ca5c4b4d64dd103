"""PostgreSQL for the tests, heard at a socket in a directory of its own and nowhere else."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import inner, kit


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """K=WORD finds what a Django runs, too."""
    for item in items:
        if item.path == Path(__file__).with_name("test_app.py"):
            item.extra_keyword_matches.update(inner.names(inner.TESTS / "django"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[dict[str, str]]:
    """The variables that lead to it."""
    programs = programs_of_postgresql()
    as_user, owner = unprivileged()
    # Not below target/: its user may not come there, and a socket's path has to be short.
    with tempfile.TemporaryDirectory(prefix="xpay-pg-") as directory:
        if owner is not None:
            os.chown(directory, owner.pw_uid, owner.pw_gid)
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


def programs_of_postgresql() -> Path:
    """Debian keeps them out of the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        kit.missing("there is no PostgreSQL here: make setup", "PostgreSQL이 없습니다: make setup")
    return found[-1].parent if found else Path(str(on_path)).resolve().parent


def unprivileged() -> tuple[list[str], pwd.struct_passwd | None]:
    """PostgreSQL refuses to run as root: then it runs as the user that its package made."""
    if os.geteuid() != 0:
        return [], None
    return ["runuser", "-u", "postgres", "--"], pwd.getpwnam("postgres")
