"""The directory of wheels that a reader has after `make wheel`: the one that is shipped, or one made in a second of what was built."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import package
import sandbox
from tests import kit


def laid_out(directory: Path) -> None:
    """`directory` as target/wheels: with XPAY_BUILD=portable what is shipped, else `made`."""
    if sandbox.BUILD.name != "portable":
        made(directory)
        return
    if len([file for file in package.published() if file.suffix == ".whl"]) < len(package.PROJECTS):
        kit.missing("there are no wheels here: make wheel", "휠이 없습니다: make wheel")
    directory.symlink_to(package.WHEELS)


def made(directory: Path) -> None:
    """As pip needs them. What maturin builds is tried by the suite of Python."""
    directory.mkdir()
    with tempfile.TemporaryDirectory() as temporary:
        sources = Path(temporary)
        package.lay_out(sources)
        _wheel(directory, package.PROJECTS[0], {str(file.relative_to(sources)): file for file in sources.rglob("*")})
    _wheel(directory, package.PROJECTS[1], {"xpayclient_cli-{version}.data/scripts/xpay": sandbox.XPAY})


def _wheel(directory: Path, project: Path, files: Mapping[str, Path]) -> None:
    written = (project / "pyproject.toml").read_text("utf-8")
    name = re.findall(r'^name = "(.*)"$', written, re.MULTILINE)[0].replace("-", "_")
    found = re.search(r'^version = "(.*)"$', (sandbox.ROOT / "Cargo.toml").read_text("utf-8"), re.MULTILINE)
    assert found, "Cargo.toml has no version"
    version = found[1]
    about = [f"Name: {name}", f"Version: {version}", *(_extras() if name == "xpayclient" else [])]
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(directory / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, file in files.items():
            wheel.write(file, path.format(version=version))
        for licence in re.findall(r'"(.*?)"', re.findall(r"^license-files = (.*)$", written, re.MULTILINE)[0]):
            wheel.write(project / licence, f"{info}/licenses/{licence}")
        wheel.writestr(f"{info}/METADATA", "\n".join(["Metadata-Version: 2.1", *about, ""]))
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def _extras() -> Iterator[str]:
    """What the package asks for. `tomllib` is younger than our oldest CPython; this part of pyproject.toml is plain."""
    project = (sandbox.ROOT / "ffi-python/pyproject.toml").read_text("utf-8")
    part = re.search(r"^\[project.optional-dependencies\]\n(.*?)^\[", project, re.MULTILINE | re.DOTALL)
    assert part, "pyproject.toml names no extras"
    for extra, listed in re.findall(r"^(\w+) = \[(.*?)\]", part[1], re.MULTILINE | re.DOTALL):
        yield f"Provides-Extra: {extra}"
        for wanted in re.findall(r'"(.*?)"', listed):
            yield f"Requires-Dist: {wanted} ; extra == '{extra}'"
