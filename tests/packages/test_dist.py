"""A finished release stays: `make dist` puts one in its place as a whole, and nothing else writes there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dist
from sandbox import ROOT


def made(root: Path, contents: str) -> Path:
    directory = root / "target/dist/1.0.0"
    (directory / "deb").mkdir(parents=True, exist_ok=True)
    (directory / "deb/a.deb").write_text(contents)
    (directory / "SHA256SUMS").write_text("as written")
    return directory


def test_a_release_that_is_there_is_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dist, "ROOT", tmp_path)
    release = tmp_path / "dist/1.0.0"
    dist.moved(made(tmp_path, "one"), release)
    assert (release / "deb/a.deb").read_text() == "one" and not (tmp_path / "target/dist/1.0.0").exists()
    dist.moved(made(tmp_path, "one"), release)
    with pytest.raises(SystemExit, match=r"dist/1\.0\.0 is another build of this version and stays\..* target/dist/1\.0\.0"):
        dist.moved(made(tmp_path, "another"), release)
    assert (release / "deb/a.deb").read_text() == "one"


def test_no_other_script_knows_the_place() -> None:
    scripts = {file.name: file.read_text("utf-8") for file in (ROOT / "scripts").iterdir() if file.is_file()}
    assert [name for name, text in scripts.items() if re.search(r"(?<!target/)\bdist/|[\"']dist[\"']", text)] == ["dist.py"]
