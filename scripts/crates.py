#!/usr/bin/env python3
"""The crates as crates.io takes them: each says what it is, brings licences and README along, and builds from its package alone.

Usage: crates.py                      fails if a package lacks something or reaches out of itself (`make lint`)
       crates.py --test               packs all, and builds and tests what was packed
       crates.py --publish OPTION...  publishes all in their order, by `cargo publish`; --dry-run only tries it, also without an address
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox import ROOT

# Where packages are unpacked, as a workspace of their own.
TRIED = ROOT / "target/crates"
BROUGHT = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"]
HERE = "Set `repository` in [workspace.package] of Cargo.toml and `repository.workspace = true` in each crate that is published, "
HERE += "and run `make generate`"


def main() -> int:
    arguments = sys.argv[1:]
    published = [one for one in members() if one["publish"] != []]
    if arguments[:1] == ["--publish"]:
        return publish(published, arguments[1:])
    if arguments == ["--test"]:
        return test(published)
    complaints = [complaint for one in published for complaint in lacking(one, published)]
    print(*complaints, sep="\n", end="\n" if complaints else "")
    return bool(complaints)


def members() -> list[Any]:
    call = ["cargo", "metadata", "--format-version=1", "--locked", "--no-deps"]
    listed: list[Any] = json.loads(subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)["packages"]
    return listed


def lacking(package: Any, published: list[Any]) -> Iterator[str]:
    name, folder = package["name"], Path(package["manifest_path"]).parent
    for field in ("description", "license", "readme", "keywords", "categories", "rust_version"):
        if not package[field]:
            yield f"{name} has no {field} in its Cargo.toml"
    if [one["description"] for one in published].count(package["description"]) > 1:
        yield f"{name} has the description of another crate"
    if package["repository"] != repository():
        yield f"{name} does not name the project's address, which Cargo.toml has. {HERE}"
    files = packed(name)
    yield from (f"{name} would be published without {file}" for file in BROUGHT if file not in files)
    for file in files:
        if file.endswith(".rs"):
            yield from (f"{name}: {file} needs {other}, which its package has not" for other in needs(folder, file, files))


def repository() -> str | None:
    """The address of the project, once there is one."""
    found = re.search(r'^repository = "(.*)"$', (ROOT / "Cargo.toml").read_text("utf-8"), re.MULTILINE)
    return found and found[1]


def packed(name: str) -> list[str]:
    """The files of a package."""
    call = ["cargo", "package", "--list", "--allow-dirty", "--locked", "--quiet", f"--package={name}"]
    done = subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
    return done.stdout.splitlines()


def needs(folder: Path, file: str, files: list[str]) -> Iterator[str]:
    """What a file includes or reads that is not in the package."""
    code = (folder / file).read_text("utf-8")
    for included in re.findall(r'\binclude(?:_str|_bytes)?!\(\s*"([^"]+)"', code):
        if posixpath.normpath(posixpath.join(posixpath.dirname(file), included)) not in files:
            yield included
    yield from re.findall(r'\bCARGO_MANIFEST_DIR\b[^;]*?"(/?\.\./[^"]*)"', code)


def test(published: list[Any]) -> int:
    names = [f"--package={one['name']}" for one in published]
    subprocess.run(["cargo", "package", "--no-verify", "--allow-dirty", "--locked", "--quiet", *names], cwd=ROOT, check=True)
    shutil.rmtree(TRIED, ignore_errors=True)
    TRIED.mkdir(parents=True)
    for one in published:
        with tarfile.open(ROOT / f"target/package/{one['name']}-{one['version']}.crate") as archive:
            archive.extractall(TRIED)
    folders = {one["name"]: f"{one['name']}-{one['version']}" for one in published}
    # Compiled as here.
    profiles = re.findall(r"^\[profile\.dev.*?\n\n", (ROOT / "Cargo.toml").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    each = "".join(f'{name} = {{ path = "{folder}" }}\n' for name, folder in folders.items())
    workspace = f'[workspace]\nresolver = "3"\nmembers = {json.dumps(list(folders.values()))}\n\n'
    (TRIED / "Cargo.toml").write_text(f"{workspace}{''.join(profiles)}[patch.crates-io]\n{each}")
    shutil.copy(ROOT / "Cargo.lock", TRIED)
    # What crates.io gave is compiled already; a cargo before 1.91 compiles it again. Programs of the tree stay as they are.
    variables = os.environ | {"CARGO_TARGET_DIR": str(TRIED / "target"), "CARGO_BUILD_BUILD_DIR": str(ROOT / "target")}
    return subprocess.run(["cargo", "test", "--workspace", "--quiet", "--offline"], cwd=TRIED, env=variables).returncode


def publish(published: list[Any], options: list[str]) -> int:
    if not all(one["repository"] for one in published):
        print(f"Nothing is published without the project's address. {HERE}", file=sys.stderr)
        if "--dry-run" not in options:
            return 1
    names = [f"--package={one['name']}" for one in published]
    return subprocess.run(["cargo", "publish", "--locked", *names, *options], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
