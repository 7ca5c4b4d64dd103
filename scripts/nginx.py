"""Starts and stops nginx for the tests and the bench, on a port that is open before it starts, so that nobody has to wait for it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path


def found() -> str | None:
    """nginx's path; None if there is none."""
    return shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


@contextlib.contextmanager
def running(program: str, directory: Path, configuration: Callable[[int], str]) -> Iterator[int]:
    """nginx with the configuration for a port, which is running inside the block. Yields the port.

    The configuration needs neither `daemon`, nor where nginx keeps what it writes.
    """
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = " ".join(f"{kind}_temp_path {directory}/{kind};" for kind in kinds)
    log = directory / "error.log"
    with socket.create_server(("127.0.0.1", 0), backlog=511) as listening:
        port = listening.getsockname()[1]
        head = f"daemon off; worker_processes 1; pid {directory}/pid; error_log {log};\n"
        text = head + configuration(port).replace("http {", f"http {{ access_log off; server_tokens off; {paths}", 1)
        (directory / "nginx.conf").write_text(text, "utf-8")
        call = [program, "-p", str(directory), "-c", str(directory / "nginx.conf"), "-e", str(log)]
        # As nginx hands its sockets to the next version of itself.
        handed = {**os.environ, "NGINX": f"{listening.fileno()};"}
        process = subprocess.Popen(
            call, env=handed, pass_fds=[listening.fileno()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    with process:
        try:
            yield port
        finally:
            ended = process.poll() is not None
            process.terminate()
    if ended:
        raise RuntimeError(f"nginx ended by itself: {log.read_text()}")
