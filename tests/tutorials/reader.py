"""A reader who follows a page by its text alone, with a home directory, terminals and a browser."""

from __future__ import annotations

import contextlib
import os
import random
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Error, Frame, Locator, Page

from sandbox import BUILD, ROOT
from shop import PATIENCE
from tests import wheels

from .page import Click, Commands, File, Fill, Open, See, Step, steps
from .terminal import Terminal

# What can be clicked by its name.
Role = Literal["button", "link", "radio", "checkbox", "option", "menuitem"]
CLICKED: tuple[Role, ...] = ("button", "link", "radio", "checkbox", "option", "menuitem")


class Reader:
    """Follows steps. What the reader has before, above all at `~/xpayclient`, a test lays out."""

    def __init__(self, home: Path, browser: Browser | None = None, programs: Path | None = None) -> None:
        self.home, self.browser, self.programs = home, browser, programs
        # As long as Django wants it.
        self.password = secrets.token_urlsafe(16)
        self.terminals: dict[str, Terminal] = {}
        # Hers, and a stranger's.
        self.pages: dict[bool, Page] = {}
        self.is_stranger = False
        # What was filled in last.
        self.field: Locator | None = None
        home.mkdir(parents=True, exist_ok=True)

    def follow(self, text: str) -> None:
        for step in steps(text):
            try:
                self.take(step)
            except Exception as error:
                raise AssertionError(f"{step}\n{error}") from error

    def take(self, step: Step) -> None:
        if isinstance(step, File):
            self.write(step)
        elif isinstance(step, Commands):
            self.terminal(step.terminal).run(step.lines, step.output, self.password)
        elif isinstance(step, Open):
            self.open(step)
        elif isinstance(step, Click):
            self.click(step.name)
        elif isinstance(step, Fill):
            self.fill(step)
        elif isinstance(step, See):
            self.see(step)

    def write(self, file: File) -> None:
        """Where the reader stands: in the directory of her first terminal."""
        path = self.terminal("1").directory() / file.path.replace("~", str(self.home))
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") + "\n" if file.is_added else ""
        path.write_text(before + file.code, "utf-8")

    def terminal(self, name: str) -> Terminal:
        if name not in self.terminals:
            self.terminals[name] = Terminal(name, self.home, self._variables())
        return self.terminals[name]

    def _variables(self) -> dict[str, str]:
        """What every terminal here has: where programs and the caches are, and how to get to the network."""
        own = Path.home()
        kept = {
            name: value
            for name, value in os.environ.items()
            if re.match(r"PATH$|LANG$|LC_|TERM$|PIP_|\w+_proxy$|\w+_PROXY$|SSL_", name)
        }
        directories = {
            name: os.environ.get(name, str(own / default))
            for name, default in (("XDG_CACHE_HOME", ".cache"), ("XDG_CONFIG_HOME", ".config"))
        }
        if self.programs:
            kept["PATH"] = f"{self.programs}{os.pathsep}{kept['PATH']}"
        return {**kept, **directories, "HOME": str(self.home)}

    @property
    def page(self) -> Page:
        return self.pages[self.is_stranger]

    def open(self, step: Open) -> None:
        """In the reader's browser; for a stranger in one that knows nothing of her."""
        self.is_stranger = step.is_stranger
        if step.is_stranger not in self.pages:
            assert self.browser, "the page needs a browser"
            self.pages[step.is_stranger] = self.browser.new_context(locale="ko-KR").new_page()
        self.page.goto(step.url)

    def click(self, name: str) -> None:
        """What has this name. Where several have it, the one in the form that was just filled in."""
        found = self._found(name, lambda where, pattern: [where.get_by_role(role, name=pattern) for role in CLICKED])
        if self.field and len(found) > 1:
            form = self.field.locator("xpath=ancestor::form")
            found = [one for one in found if form.get_by_role("button").and_(one).count()]
        assert len(found) == 1 or "…" in name, f"{len(found)} things are named {name}"
        if found[0].evaluate("element => element.tagName") == "OPTION":
            found[0].locator("xpath=..").select_option(label=found[0].inner_text())
        else:
            found[0].click()
        self.field = None

    def fill(self, step: Fill) -> None:
        self.field = self._found(step.field, lambda where, pattern: [where.get_by_label(pattern)])[0]
        if step.value is None:
            assert self.field.get_attribute("type") == "password", f"what goes into {step.field}?"
        if self.field.evaluate("element => element.tagName") == "SELECT":
            self.field.select_option(label=step.value)
        else:
            self.field.fill(self.password if step.value is None else step.value)

    def see(self, step: See) -> None:
        def is_shown() -> bool:
            if any(one.is_visible() for frame in self.page.frames for one in frame.get_by_text(step.words).all()):
                return True
            if step.is_reloaded:
                self.page.reload()
            return False

        self._wait(is_shown, f"“{step.words}” is not to be seen")

    def _found(self, name: str, of: Callable[[Frame, re.Pattern[str]], list[Locator]]) -> list[Locator]:
        """What can be seen and used of that name: in the window that lies over the page, if there is one.

        `…` in a name stands for what differs. A page may show more than a name after it: its English.
        """
        pattern = re.escape(name).replace("…", ".*")
        found: list[Locator] = []

        def is_there() -> bool:
            for named in (re.compile(rf"^\s*{pattern}:?\s*$"), re.compile(rf"^\s*{pattern}\s")):
                places = of(self.page.frames[-1], named)
                found[:] = [one for place in places for one in place.all() if one.is_visible() and one.is_enabled()]
                if found:
                    return True
            return False

        self._wait(is_there, f"nothing is named {name}")
        return found

    def _wait(self, is_so: Callable[[], bool], otherwise: str) -> None:
        """Pages and frames come and go meanwhile: an element of one that went is looked for again."""
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(Error):
                if is_so():
                    return
            shown = "\n".join(frame.locator("body").inner_text() for frame in self.page.frames) if time.monotonic() > end else ""
            assert not shown, f"{otherwise}: {self.page.url}\n{shown}"
            self.page.wait_for_timeout(50)

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()
        for terminal in self.terminals.values():
            terminal.close()


def built_clone(directory: Path) -> None:
    """A clone after `make build`, whose target/release is what is tried."""
    (directory / "target").mkdir(parents=True)
    (directory / "target/release").symlink_to(BUILD)
    for part in ROOT.iterdir():
        if part.name != "target":
            (directory / part.name).symlink_to(part)


def with_wheels(home: Path) -> Path:
    """A home with a clone in which `make wheel` has run."""
    (home / "xpayclient/target").mkdir(parents=True)
    wheels.laid_out(home / "xpayclient/target/wheels")
    return home


@contextlib.contextmanager
def reading(home: Path, browser: Browser | None = None, programs: Path | None = None) -> Iterator[Reader]:
    """`programs` is a directory of programs that the reader has before all others."""
    reader = Reader(home, browser, programs)
    try:
        yield reader
    finally:
        reader.close()


@contextlib.contextmanager
def free_ports(text: str) -> Iterator[str]:
    """The page with ports that are free here, each for one that it names. They are held until the page's own programs take them.

    They are below those that the system gives out, so that no other test gets one. Once a socket is bound, it lets another listen
    at its address that wants to share it, as each server does; another holder does not.
    """
    with contextlib.ExitStack() as held:
        for port in sorted(set(re.findall(r"(?<=127\.0\.0\.1:)\d+|(?<=-port )\d+", text))):
            holder = held.enter_context(socket.socket())
            while True:
                with contextlib.suppress(OSError):
                    holder.bind(("127.0.0.1", random.randrange(20000, 32000)))
                    break
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            text = re.sub(rf"\b{port}\b", str(holder.getsockname()[1]), text)
        yield text
