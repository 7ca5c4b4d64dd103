"""A finished release stays: `make dist` puts one in its place as a whole, and nothing else writes there. What may not be released is
refused before anything is compiled; a source archive knows its commit's time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dist
import jar
import package
import php_package
from sandbox import ROOT
from targets import BY_PLATFORM, HERE, TARGETS, Target

from .conftest import MAINTAINER


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


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with what a release is asked about."""
    directory = tmp_path / "a clone"
    shutil.copytree(ROOT / "scripts", directory / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".gitattributes", ".gitignore", "Cargo.toml", "Makefile"):
        shutil.copy(ROOT / name, directory)
    # A machine that builds for itself alone.
    (directory / "scripts/cross").write_text("#!/bin/sh\nexit 1\n")
    (directory / "scripts/cross").chmod(0o755)
    git(directory, "init", "--quiet")
    git(directory, "add", ".")
    git(directory, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message=one")
    return directory


def git(directory: Path, *words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=directory, check=True, stdout=subprocess.PIPE).stdout


def refused(directory: Path, *targets: str, **variables: str) -> str:
    """What `make` says when it refuses, of which nothing may be its first step in compiling."""
    environment = {**os.environ, **MAINTAINER, "XPAY_BUILD": "debug", "CARGO": "/nowhere/cargo", **variables}
    call = ["make", "--no-print-directory", "-j4", *targets]
    done = subprocess.run(call, cwd=directory, env=environment, capture_output=True, encoding="utf-8")
    assert done.returncode != 0 and "cargo" not in done.stdout
    return done.stderr


def test_what_may_not_be_released_is_refused_at_once(clone: Path) -> None:
    for target in ("deb", "dist"):
        assert "DEBFULLNAME" in refused(clone, target, DEBEMAIL="")
    assert "XPAY_BUILD" in refused(clone, "dist", XPAY_BUILD="release")
    # All platforms, or none. Previews may be missing.
    said = refused(clone, "dist")
    others = [target.platform for target in TARGETS if target.state == "released" and target.platform != HERE]
    assert f"this machine cannot build {', '.join(others)}\n" in said
    (clone / "scripts/new.py").touch()
    assert "scripts/new.py" in refused(clone, "dist")
    shutil.rmtree(clone / ".git")
    assert "without its repository" in refused(clone, "dist")


def test_a_preview_may_be_missing_and_this_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dist, "ROOT", tmp_path)
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/cross").write_text('#!/bin/sh\n[ "$1" = --may ] && [ "$2" != windows-i686 ]\n')
    (tmp_path / "scripts/cross").chmod(0o755)
    found = [target.platform for target in dist.platforms()]
    assert "windows-x86_64" in found and "windows-i686" not in found and "darwin-aarch64" not in found
    assert capfd.readouterr().err.count("WITHOUT THE PREVIEW OF windows-i686") == 1


def test_previews_are_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is packed for each platform and where, with packers that write their names alone."""

    def pack(script: str, target: Target, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{script}-{target.platform}").touch()

    wheels = tmp_path / "wheels"
    for name in ("here.whl", "linux-aarch64/arm.whl", "windows-x86_64/dll.whl"):
        (wheels / name).parent.mkdir(parents=True, exist_ok=True)
        (wheels / name).touch()
    monkeypatch.setenv("XPAY_GZIP", "1")
    monkeypatch.setattr(dist, "pack", pack)
    monkeypatch.setattr(package, "published", lambda: sorted(wheels.rglob("*.whl")))
    monkeypatch.setattr(php_package, "lay_out", lambda directory, builds: wheels)
    monkeypatch.setattr(jar, "made", lambda directory, builds: (directory / "a.jar").write_text(" ".join(builds)))
    monkeypatch.setattr(jar, "documented", lambda directory: (directory / "a-javadoc.jar").touch())
    made = tmp_path / "made"
    made.mkdir()
    dist.assemble(made, "1.0.0", [BY_PLATFORM[name] for name in ("linux-aarch64", "linux-x86_64-musl", "windows-x86_64")])
    # What JNA knows no name for is not in it.
    assert (made / "a.jar").read_text() == "portable-linux-aarch64 portable-windows-x86_64"
    assert dist.names(made) == [
        "a-javadoc.jar",
        "a.jar",
        "arm.whl",
        "deb/deb-linux-aarch64",
        "here.whl",
        "preview/PREVIEW.txt",
        "preview/dll.whl",
        "preview/sdk-windows-x86_64",
        "rpm/rpm_packages-linux-aarch64",
        "sdk-linux-aarch64",
        "sdk-linux-x86_64-musl",
        "xpayclient-1.0.0.cdx.json",
        "xpayclient-php-1.0.0.tar.gz",
        "xpayclient-src-1.0.0.tar.gz",
    ]


def test_a_source_archive_knows_its_time(clone: Path, tmp_path: Path) -> None:
    """Also within the repository of another, such as a distribution's."""
    commit = git(clone, "log", "-1", "--format=%ct").strip()
    subprocess.run(["tar", "x", "--directory", tmp_path], input=git(clone, "archive", "--prefix=source/", "HEAD"), check=True)
    git(tmp_path, "init", "--quiet")
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    asked = [sys.executable, "-c", "import facts; print(facts.committed())"]
    for directory, told in {"source": commit, "copy": b""}.items():
        if not told:
            shutil.copytree(ROOT / "scripts", tmp_path / directory / "scripts")
        done = subprocess.run(asked, cwd=tmp_path / directory / "scripts", env=environment, capture_output=True)
        assert done.stdout.strip() == told, done.stderr
        assert bool(told) or b"SOURCE_DATE_EPOCH" in done.stderr


def test_nothing_that_was_built_is_committed() -> None:
    """A source archive of it would have hundreds of megabytes."""
    assert git(ROOT, "ls-files", "--cached", "--ignored", "--exclude-standard").decode().splitlines()[:3] == []
