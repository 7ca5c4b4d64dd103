"""What `make wheel` made, as pip and PyPI take it: every file of the app, the command by its extra, sources that build away from the tree."""

from __future__ import annotations

import collections
import json
import os
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import environment
import package
import sandbox
from tests import inner, kit

if sandbox.BUILD.name != "portable":
    pytest.skip("this tries what is shipped: make test-release", allow_module_level=True)


def contents(file: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a wheel or a source distribution."""
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as opened:
            yield from ((name, opened.read(name)) for name in opened.namelist())
    else:
        with tarfile.open(file) as archive:
            for member in archive:
                data = archive.extractfile(member)
                if data is not None:
                    yield member.name, data.read()


@pytest.fixture(scope="module")
def published(wheel: Path) -> list[Path]:
    """What is uploaded to PyPI: a wheel of each for every platform that was built, and the source of each."""
    files = package.published()
    kinds = collections.Counter((file.name.split("-")[0], file.suffix) for file in files)
    wheels = kinds["xpayclient", ".whl"]
    assert wheel in files and kinds == {
        (name, suffix): number for name in ("xpayclient", "xpayclient_cli") for suffix, number in ((".whl", wheels), (".gz", 1))
    }
    return files


def test_every_wheel_has_every_file(published: list[Path]) -> None:
    """Templates, translations and migrations among them."""
    files = [file for file in package.SOURCES.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    for wheel in (file for file in published if file.name.startswith("xpayclient-") and file.suffix == ".whl"):
        names = zipfile.ZipFile(wheel).namelist()
        assert {f"xpayclient/{file.relative_to(package.SOURCES)}" for file in files} <= set(names), wheel.name


def test_pypi_takes_all_files(published: list[Path]) -> None:
    kit.run([inner.made(environment.checks), "-m", "twine", "check", "--strict", *published])


def test_no_file_names_a_directory_of_this_machine(published: list[Path]) -> None:
    here = [str(sandbox.ROOT), os.environ.get("CARGO_HOME", str(Path.home() / ".cargo"))]
    found = [
        f"{file.name}: {name}" for file in published for name, data in contents(file) if any(one.encode() in data for one in here)
    ]
    assert found == []


def test_the_licences_are_in_all_files(published: list[Path]) -> None:
    for file in published:
        held = dict(contents(file))
        for licence in ("LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-NOTICES"):
            assert (sandbox.ROOT / licence).read_bytes() in [data for name, data in held.items() if name.endswith(f"/{licence}")]


@pytest.mark.parametrize(
    "words",
    [["target/wheels/*.whl", "xpayclient[cli]"], ["--find-links=target/wheels", "xpayclient[cli]"]],
    ids=["by the files", "by --find-links"],
)
def test_pip_brings_the_command(words: list[str], wheel: Path, tmp_path: Path) -> None:
    subprocess.run([environment.tests(), "-m", "venv", tmp_path / "shop"], check=True)
    python, xpay = tmp_path / "shop/bin/python", tmp_path / "shop/bin/xpay"
    without = kit.run([python, "-m", "pip", "install", "--quiet", "--no-index", wheel]) + kit.run([python, "-m", "xpayclient"])
    assert 'xpay    not installed / 설치되지 않음: pip install "xpayclient[cli]==' in without
    named = [str(file) for word in words for file in (sorted(sandbox.ROOT.glob(word)) if "*" in word else [word])]
    kit.run([python, "-m", "pip", "install", "--quiet", "--no-index", *named], cwd=sandbox.ROOT)
    version = kit.run([xpay, "--version"]).split()[1]
    said = kit.run([python, "-m", "xpayclient"])
    assert said.startswith(f"xpayclient {version}, CPython ") and f"xpay    {xpay.resolve()}\n" in said
    with subprocess.Popen([xpay, "sandbox", "--dir", tmp_path / "sandbox"], stdout=subprocess.PIPE, encoding="utf-8") as running:
        try:
            assert running.stdout is not None
            home = json.loads(running.stdout.readline())["home"]
            for program in ([xpay], [python, "-m", "xpayclient"]):
                kit.run([*program, "recover", "--home", home])
                assert json.loads(kit.run([*program, "doctor", "--home", home, "--json"]))
        finally:
            running.terminate()


@pytest.mark.long
@pytest.mark.parametrize("name", ["xpayclient-", "xpayclient_cli-"])
def test_the_source_distribution_builds(name: str, published: list[Path], tmp_path: Path) -> None:
    (archive,) = [file for file in published if file.name.startswith(name) and file.suffix == ".gz"]
    python = inner.made(environment.build)
    variables = {
        # maturin looks for its tools there.
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        # The same code without what takes long and changes nothing here.
        "MATURIN_PEP517_ARGS": "--profile dev",
        "CARGO_TARGET_DIR": str(tmp_path / "target"),
        # What crates.io gave is compiled already; a cargo before 1.91 compiles it again.
        "CARGO_BUILD_BUILD_DIR": str(sandbox.ROOT / "target"),
    }
    options = ["--no-build-isolation", "--no-deps", f"--wheel-dir={tmp_path / 'built'}"]
    kit.run([python, "-m", "pip", "wheel", "--quiet", *options, archive], env=inner.surroundings(variables))
    assert [file.name for file in (tmp_path / "built").glob("*.whl")]
