"""A terminal in which a reader types commands and reads what they print."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import signal
import subprocess
import termios
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shop import PATIENCE

# The shell's prompt, with the status of the last command.
PROMPT = r"reader(\d+) "
COLOURS = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")
UNFINISHED = re.compile(r"\x1b[^A-Za-z]*\Z")


class Terminal:
    """bash, as whoever opens a terminal has it: at home, nothing of the tests around it."""

    def __init__(self, name: str, home: Path, variables: Mapping[str, str]) -> None:
        self.name, self.said, self.read = name, "", 0
        self.changed = threading.Condition()
        self.screen, inner = pty.openpty()
        # What is typed is not printed: only what commands print is read.
        mode = termios.tcgetattr(inner)
        mode[3] &= ~termios.ECHO
        termios.tcsetattr(inner, termios.TCSANOW, mode)
        streams: dict[str, Any] = {"stdin": inner, "stdout": inner, "stderr": inner}
        call = ["setsid", "--ctty", "bash", "--noprofile", "--norc", "--noediting", "-i"]
        self.shell = subprocess.Popen(call, cwd=home, env={**variables, "PS1": "reader$? "}, **streams)
        os.close(inner)
        self.listener = threading.Thread(target=self._listen)
        self.listener.start()
        self.is_busy = True

    def type(self, line: str) -> None:
        os.write(self.screen, f"{line}\n".encode())

    def directory(self) -> Path:
        return Path(f"/proc/{self.shell.pid}/cwd").readlink()

    def run(self, lines: list[str], output: list[str], password: str) -> None:
        """Types the lines one after the other, and waits for the output: each has to end well, but the last one may run on.

        Of an output a line that ends in a colon asks for the password.
        """
        wanted = [(line, re.escape(line.strip()).replace("…", ".*?")) for line in output]
        self._finish()
        for left, line in zip(reversed(range(len(lines))), lines):
            self.type(line)
            self.is_busy = True
            # What the last one prints is all that a server says, which does not end.
            while self.is_busy and (left or wanted or not output):
                shown = self._awaited("|".join([PROMPT, *(f"({pattern})" for _, pattern in wanted[:1])]))
                if shown[1] is not None:
                    self._ended(line, int(shown[1]))
                elif wanted.pop(0)[0].endswith(":"):
                    self.type(password)
        assert not wanted, f"terminal {self.name} did not print `{wanted[0][0]}`:\n{self.said}"

    def close(self) -> None:
        """As somebody who closes the window: what still runs is hung up. What had ended has to have ended well."""
        try:
            with self.changed:
                told = re.search(PROMPT + r"\Z", self.said[self.read :]) if self.is_busy else None
            if told:
                self._ended("the last command", int(told[1]))
        finally:
            for group in self._groups():
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(group, signal.SIGKILL)
            self.shell.wait()
            self.listener.join()
            os.close(self.screen)

    def _finish(self) -> None:
        """Before the next command: what was typed last has to end."""
        if self.is_busy:
            self._ended("the last command", int(self._awaited(PROMPT)[1]))

    def _ended(self, line: str, status: int) -> None:
        self.is_busy = False
        assert status == 0, f"terminal {self.name}: `{line}` ended with {status}:\n{self.said}"

    def _awaited(self, pattern: str) -> re.Match[str]:
        """The next place where the pattern is; what is before it counts as read."""
        with self.changed:
            while not (found := re.compile(pattern).search(self.said, self.read)):
                assert self.changed.wait(PATIENCE), f"terminal {self.name} does not show {pattern}:\n{self.said}"
            self.read = found.end()
        return found

    def _groups(self) -> set[int]:
        """The process groups of the terminal's session."""
        groups = set()
        for status in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                _, _, group, session, *_ = status.read_text().rpartition(")")[2].split()
                if int(session) == self.shell.pid:
                    groups.add(int(group))
        return groups

    def _listen(self) -> None:
        # Once nobody has the terminal open, reading from it is an error.
        with contextlib.suppress(OSError), open(self.screen, encoding="utf-8", errors="replace", closefd=False) as screen:
            rest = ""
            while data := screen.read(1):
                rest = COLOURS.sub("", rest + data)
                if not UNFINISHED.search(rest):
                    with self.changed:
                        self.said, rest = self.said + rest, ""
                        self.changed.notify_all()
