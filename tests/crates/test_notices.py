"""Everything that is linked in is named with its licence's text, in every file that is given away."""

from __future__ import annotations

import io
import json
import re
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import components
import environment
import notices
import package
import php_package
import sbom
from sandbox import BRIDGE, LIBRARY, ROOT, XPAY
from tests import inner, kit, wheels

# A line of some texts: those of a licence in parts, of code inside another package, and of what Cargo does not know of.
LINES = {
    "ring": "Permission to use, copy, modify, and/or distribute this software for any",
    "BoringSSL in ring": "Licenses for support code",
    "fiat-crypto in ring": "2015-2020 the fiat-crypto authors",
    "SQLite": "May you do good and not evil.",
    "Mozilla's roots": "Community Data License Agreement",
    "encoding_rs": "WHATWG (Apple, Google, Mozilla, Microsoft)",
    "matchit": "Copyright (c) 2013, Julien Schmidt",
    "a package without a text": "Copyright (c) Masaki Hara",
    "Rust": "Copyright (c) The Rust Project Developers",
    "Unicode in Rust": "UNICODE LICENSE V3",
    "Zig": "Copyright (c) Zig contributors",
}


def test_they_are_of_every_platform_of_a_release() -> None:
    assert components.targets() == [target.triple for target in sbom.RELEASED]


def in_wheels(directory: Path) -> Iterator[bytes]:
    wheels.laid_out(directory / "wheels")
    for file in package.PROJECTS:
        (wheel,) = (directory / "wheels").glob(f"{'xpayclient_cli' if file.name == 'cli' else 'xpayclient'}-[0-9]*.whl")
        with zipfile.ZipFile(wheel) as opened:
            yield opened.read(next(name for name in opened.namelist() if name.endswith("/licenses/THIRD-PARTY-NOTICES")))


def in_php(directory: Path) -> Iterator[bytes]:
    yield (php_package.lay_out(directory / "package") / "THIRD-PARTY-NOTICES").read_bytes()


def in_source(_: Path) -> Iterator[bytes]:
    packed = subprocess.run(["git", "archive", "HEAD", "THIRD-PARTY-NOTICES"], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        held = archive.extractfile("THIRD-PARTY-NOTICES")
        assert held
        yield held.read()


@pytest.mark.parametrize("held", [in_wheels, in_php, in_source])
def test_the_notices_are_in_what_is_given_away(held: Callable[[Path], Iterator[bytes]], tmp_path: Path) -> None:
    """The source distributions: tests/python/test_wheel.py; an installation: tests/c/test_install.py."""
    for found in held(tmp_path):
        text = found.decode("utf-8")
        assert [name for name, line in LINES.items() if line not in text] == []


def test_all_that_the_programs_name_is_listed() -> None:
    """Code that can panic names its file, and with it the package that it is from."""
    listed = {one.title for one in components.components()} | {one.name for one in components.components() if one.of}
    named = set()
    for program in (XPAY, BRIDGE, LIBRARY, package.LIBRARY):
        held = program.read_bytes().decode("latin-1")
        named |= {" ".join(found) for found in re.findall(r"/registry/src/[^/]+/([\w-]+)-(\d[\w.+-]*)", held)}
        # Inside Rust's standard library, by names as they are in code.
        named |= {name.replace("-", "_") for name in re.findall(r"/rust/deps/([\w-]+)-\d", held)}
    assert "libsqlite3-sys" in {title.split(" ")[0] for title in named} and "hashbrown" in named
    assert named - listed == set()


def test_a_package_without_a_text_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(components, "facts", lambda: {"packages": {}, "parts": {}})
    components.components.cache_clear()
    assert notices.main() == 1
    components.components.cache_clear()
    said = capsys.readouterr().err
    assert "the package of yasna " in said and "scripts/licenses/kept.json" in said


def test_a_new_part_of_rust_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    known = components.facts()
    release = components.run("rustc", "--version").split()[1].rpartition(".")[0]
    parts = {components.RUST: [one for one in known["parts"][components.RUST] if one["name"] != "gimli"]}
    monkeypatch.setattr(components, "facts", lambda: {**known, "compared_with_rust": release, "parts": parts})
    assert "gimli" in components.unlisted()


@pytest.fixture(scope="module")
def bill() -> Any:
    return sbom.bill()


def everything(bill: Any) -> list[Any]:
    return [one for outer in bill["components"] for one in (outer, *outer.get("components", []))]


def test_the_bill_is_valid(bill: Any, tmp_path: Path) -> None:
    """By CycloneDX's own schema, in which are the ids of all licences; and each expression is one of SPDX's."""
    (tmp_path / "bill.json").write_text(json.dumps(bill), "utf-8")
    (tmp_path / "expressions").write_text(
        "\n".join(one["expression"] for part in everything(bill) for one in part["licenses"] if "expression" in one)
    )
    program = (
        "import sys, cyclonedx.schema, cyclonedx.validation.json as by, license_expression\n"
        "valid = by.JsonStrictValidator(cyclonedx.schema.SchemaVersion.V1_5)\n"
        "print(*filter(None, [valid.validate_str(open(sys.argv[1]).read())]))\n"
        "known = license_expression.get_spdx_licensing()\n"
        "for line in open(sys.argv[2]): print(*known.validate(line.strip()).errors, end='')\n"
    )
    said = kit.run([inner.made(environment.checks), "-c", program, tmp_path / "bill.json", tmp_path / "expressions"])
    assert said.strip() == ""


def test_the_bill_has_what_is_linked(bill: Any) -> None:
    known = json.loads(components.cargo("metadata", "--format-version=1"))["packages"]
    macros = {one["name"] for one in known if any("proc-macro" in target["kind"] for target in one["targets"])}
    names = {one["name"] for one in bill["components"]}
    assert "serde_derive" in macros and not names & macros and not names & {"cc", "cbindgen", "pyo3-build-config"}
    assert {"SQLite", "ring", "rust-std", "zig", "zig-musl", *components.SHIPPED} <= names


def test_the_bill_hangs_together(bill: Any) -> None:
    references = [one["bom-ref"] for one in [bill["metadata"]["component"], *everything(bill)]]
    assert len(references) == len(set(references))
    needs = {one["ref"]: set(one["dependsOn"]) for one in bill["dependencies"]}
    reached: set[str] = set()
    waiting = ["xpayclient"]
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += needs.get(one, ())
    outer = {one["bom-ref"] for one in bill["components"]}
    assert reached == {"xpayclient", *outer}, "something in it is needed by nothing"
    assert any(one.startswith("pkg:generic/sqlite@") for one in needs[next(ref for ref in needs if "/libsqlite3-sys@" in ref)])
