"""docs/*/php-start.md, followed by its text alone: with FFI, and as on a host without it."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from sandbox import ROOT
from tests import kit

from .reader import built_clone, free_ports, reading


@pytest.mark.parametrize(
    ("language", "which", "way"),
    [("ko", "PHP 7.4", "pipe"), ("en", "PHP 8", "pipe"), ("en", "PHP 8", "ffi"), ("ko", "PHP 8.4", "ffi")],
)
def test_the_page_is_followed(language: str, which: str, way: str, tmp_path: Path, browser: Browser) -> None:
    home, programs = tmp_path / "home", tmp_path / "programs"
    built_clone(home / "xpayclient")
    programs.mkdir()
    # FFI may be used on the command line by default; without `ffi.enable` nowhere.
    setting = "preload" if way == "ffi" else "false"
    (programs / "php").write_text(f'#!/bin/sh\nexec {shlex.quote(kit.php(which))} -d ffi.enable={setting} "$@"\n')
    (programs / "php").chmod(0o755)
    page = (ROOT / f"docs/{language}/php-start.md").read_text("utf-8")
    # On the host there is nothing to follow here.
    before, after = page.split("\n| `XPayClient.php` |")
    with free_ports(before) as here, reading(home, browser, programs) as reader:
        reader.follow(here)
        assert way in reader.terminals["1"].said.split()
    assert "\n## " in after
