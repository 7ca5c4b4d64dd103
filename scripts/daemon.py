"""Starts and stops `xpay bridge --listen` for tests and the bench."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sandbox import BRIDGE


class Daemon:
    """A daemon that listens; it may be killed and started again."""

    def __init__(self, socket: Path, command: str | Path = BRIDGE):
        self.socket = socket
        self._command = command
        self.process = self._started()

    def kill(self) -> None:
        """As the kernel does where memory is short."""
        self.process.kill()
        self._ended()

    def restart(self) -> None:
        """Another one in the place of one that was killed."""
        self.process = self._started()

    def stop(self) -> int:
        """Asks it to end, and returns its status."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def _started(self) -> subprocess.Popen[str]:
        call: list[str | Path] = [self._command, "--listen", self.socket]
        process = subprocess.Popen(call, stderr=subprocess.PIPE, encoding="utf-8")
        assert process.stderr is not None
        line = process.stderr.readline()
        if "listening" not in line:
            raise RuntimeError(f"the daemon did not start: {line}{process.stderr.read()}")
        return process

    def _ended(self) -> int:
        self.process.communicate()
        return self.process.returncode


@contextlib.contextmanager
def running() -> Iterator[Daemon]:
    """A daemon that listens inside the block and is stopped after it, whatever happens."""
    # A socket's path has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="xpay-") as short:
        daemon = Daemon(Path(short) / "bridge.sock")
        try:
            yield daemon
        finally:
            if daemon.process.poll() is None:
                daemon.stop()
