"""Starts and stops php-fpm for tests: a few workers that load the drop-in class, each in one request at a time."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

import phps
from sandbox import BRIDGE, LIBRARY

WORKERS = 4


class Fpm:
    """A running php-fpm."""

    def __init__(self, process: subprocess.Popen[bytes], address: Path, book: Path):
        self.process = process
        # The socket for requests.
        self.address = address
        self._book = book

    def booked(self) -> set[str]:
        """LGD_TIDs as the shop saved them."""
        return set(self._book.read_text().split())

    def reload(self) -> None:
        os.kill(self.process.pid, signal.SIGUSR2)


@contextlib.contextmanager
def running(
    program: str | Path,
    directory: Path,
    home: str | Path,
    settings: Mapping[str, object],
    pool: Mapping[str, object],
    socket: Path | None = None,
) -> Iterator[Fpm]:
    """php-fpm, ready inside the block, for pages that find the library, a home_dir and a book in their environment.

    `settings` are PHP's, `pool` php-fpm's; its `patience` is what a reload grants a request. `socket` is that of a daemon of the
    bridge.
    """
    environment = {"XPAYCLIENT_CLASS": phps.CLASS, "XPAY_HOME": home, "XPAY_BOOK": directory / "book"}
    environment |= {"XPAYCLIENT_LIB": LIBRARY, "XPAYCLIENT_COMMAND": BRIDGE}
    environment["XPAYCLIENT_SOCKET"] = socket or directory / "no-daemon"
    with serving(program, directory, environment, settings, pool, "root") as server:
        yield server


@contextlib.contextmanager
def serving(
    program: str | Path,
    directory: Path,
    environment: Mapping[str, object],
    settings: Mapping[str, object],
    pool: Mapping[str, object],
    user: str,
) -> Iterator[Fpm]:
    """php-fpm whose pages run as `user`, if this process is root, and have only this environment."""
    directory.mkdir(parents=True)
    # A socket's path has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="xpay-") as short:
        address = Path(short) / "socket"
        written = configuration(directory, address, environment, pool, user)
        options = [part for name, value in settings.items() for part in ("-d", f"{name}={value}")]
        call = [program, "--fpm-config", written, *(["--allow-to-run-as-root"] if os.geteuid() == 0 else []), *options]
        log = directory / "fpm.log"
        log.touch()
        alive, inherited = os.pipe()
        with open(log) as told, open(alive, "rb") as ended:
            nothing = subprocess.DEVNULL
            with subprocess.Popen(call, stdout=nothing, stderr=nothing, pass_fds=[inherited]) as process:
                os.close(inherited)
                try:
                    wait_for(told, "ready to handle connections", process)
                    yield Fpm(process, address, directory / "book")
                finally:
                    # A process that is about to reload misses the signal.
                    while process.poll() is None:
                        process.terminate()
                        with contextlib.suppress(subprocess.TimeoutExpired):
                            process.wait(1)
                    # A bridge outlives a worker that was killed during a request.
                    ended.read()


def configuration(
    directory: Path, address: Path, environment: Mapping[str, object], pool: Mapping[str, object], user: str
) -> Path:
    as_user = [f"user = {user}"] if os.geteuid() == 0 else []
    others = {name: value for name, value in pool.items() if name != "patience"}
    lines = [
        "[global]",
        "daemonize = no",
        f"error_log = {directory / 'fpm.log'}",
        "log_level = notice",
        f"process_control_timeout = {pool['patience']}",
        "[shop]",
        f"listen = {address}",
        "pm = static",
        f"pm.max_children = {WORKERS}",
        "catch_workers_output = yes",
        *as_user,
        *(f"pm.{name} = {value}" for name, value in others.items()),
        *(f"env[{name}] = {value}" for name, value in environment.items()),
    ]
    written = directory / "fpm.conf"
    written.write_text("\n".join(lines) + "\n")
    return written


def wait_for(told: TextIO, words: str, process: subprocess.Popen[bytes]) -> None:
    """Reads php-fpm's log until these words appear."""
    said = ""
    while process.poll() is None:
        # It may have been written in part.
        said += told.read()
        if words in said:
            return
    raise RuntimeError(f"php-fpm ended: {Path(told.name).read_text()}")
