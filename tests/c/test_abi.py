"""The library keeps what the header promised: it exports what ffi-c/abi/N.txt has, and no line of that file was ever taken out.

N is XPAY_ABI_VERSION, which is also the SONAME's; see docs/en/abi.md. That the file has each declaration of xpayclient.h is
checked by `cargo xtask generate --check`.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from sandbox import BUILD, LIBRARY, ROOT
from tests import kit

# The oldest that what is shipped runs with.
GLIBC = (2, 17)
# What every glibc links into a program itself, until 2.33 made it part of the library.
LINKED_IN = {"stat64", "fstat64", "lstat64", "fstatat64"}
HEADER = (ROOT / "include/xpayclient.h").read_text("utf-8")


def version() -> str:
    found = re.search(r"^#define XPAY_ABI_VERSION (\d+)$", HEADER, re.MULTILINE)
    assert found, "the header has no XPAY_ABI_VERSION"
    return found[1]


def promise() -> Path:
    return ROOT / f"ffi-c/abi/{version()}.txt"


def test_no_line_of_the_list_was_ever_taken_out() -> None:
    changes = git(ROOT, "log", "--format=", "-p", "--", promise()) + git(ROOT, "diff", "HEAD", "--", promise())
    removed = [line[1:] for line in changes.splitlines() if line.startswith("-") and not line.startswith("---")]
    assert not removed, f"{promise().name} is append-only"


def test_nothing_was_added_to_a_release_that_is_out() -> None:
    assert added_to_what_is_out(ROOT) == []


def test_a_line_below_a_release_that_is_out_is_found(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    git(clone, "init", "--quiet")
    listed = clone / promise().relative_to(ROOT)
    listed.parent.mkdir(parents=True)
    listed.write_text(promise().read_text("utf-8"), "utf-8")
    git(clone, "add", ".")
    git(clone, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message=A release")
    git(clone, "tag", "v0.1.0")
    released = listed.read_text("utf-8")
    listed.write_text(released + "# since 0.2.0\nbool xpay_later(void)\n", "utf-8")
    assert added_to_what_is_out(clone) == []
    listed.write_text(released + "bool xpay_sneaked(void)\n", "utf-8")
    assert added_to_what_is_out(clone) == ["v0.1.0"]


def added_to_what_is_out(clone: Path) -> list[str]:
    """The releases whose part of the list is not what it was when they were tagged: programs ask for their nodes."""
    listed = promise().relative_to(ROOT)
    now = (clone / listed).read_text("utf-8")
    changed = []
    for tag in git(clone, "tag", "--list", "v*").split():
        # A release of another ABI has no such list.
        if not git(clone, "ls-tree", "--name-only", tag, "--", listed):
            continue
        then = git(clone, "show", f"{tag}:{listed}")
        more = now[len(then) :]
        if not now.startswith(then) or (more and not more.startswith("# since ")):
            changed.append(tag)
    return changed


def git(clone: Path, *words: str | Path) -> str:
    if subprocess.run(["git", "-C", ROOT, "rev-parse"], capture_output=True).returncode != 0:
        kit.missing("there is no history here: is this a clone?", "git 이력이 없습니다")
    return kit.run(["git", "-C", clone, *words])


def test_the_library_exports_the_headers_functions() -> None:
    """Each with the node of the release that added it."""
    wanted, node = set(), ""
    for line in promise().read_text("utf-8").splitlines():
        if line.startswith("# since "):
            node = f"XPAY_{line.split()[-1]}"
        elif not line.startswith(("typedef", "#")) and (match := re.search(r"\b(xpay_\w+)\(", line)):
            wanted.add(f"{match[1]}@@{node}")
    shown = kit.run(["nm", "--dynamic", "--defined-only", "--format=posix", LIBRARY])
    # The nodes themselves are among them.
    assert {line.split()[0] for line in shown.splitlines() if " A " not in line} == wanted


def test_the_soname_has_the_version() -> None:
    shown = kit.run(["readelf", "-d", LIBRARY])
    assert re.findall(r"SONAME.*\[(.*)\]", shown) == [f"libxpayclient.so.{version()}"]


def test_once_loaded_it_stays() -> None:
    assert "NODELETE" in kit.run(["readelf", "-d", LIBRARY])


def test_it_has_its_lines_or_no_names_at_all() -> None:
    """What is tried shows where it panics; what is shipped is small."""
    sections = kit.run(["readelf", "--sections", "--wide", LIBRARY])
    found = [name for name in (".debug_line", ".symtab") if name in sections]
    assert found == ([".debug_line", ".symtab"] if BUILD.name == "debug" else [])


def test_what_is_shipped_runs_with_the_oldest_system(tmp_path: Path) -> None:
    """glibc 2.17, which the wheel asks for too. A program with the archive in it may ask for no more."""
    if BUILD.name != "portable":
        pytest.skip("this is this system's build: make test-release / 이 시스템용 빌드입니다")
    # Its objects of the other compiler's LTO are no matter of this nm.
    shown = kit.run(["nm", "--undefined-only", "--format=posix", BUILD / "libxpayclient.a"], stderr=subprocess.DEVNULL)
    undefined = {line.split()[0] for line in shown.splitlines() if line.endswith(" U") or " U " in line}
    libraries = [Path(kit.run(["gcc", f"-print-file-name={name}"]).strip()) for name in ("libc.so.6", "libm.so.6")]
    versions = kit.run(["nm", "--dynamic", "--defined-only", *libraries])
    oldest: dict[str, tuple[int, ...]] = {}
    for name, number in re.findall(r" (\w+)@{1,2}GLIBC_([0-9.]+)", versions):
        known = tuple(map(int, number.split(".")))
        oldest[name] = min(known, oldest.get(name, known))
    # What moved into libc later had an older version in libpthread or libdl; weak ones may be missing.
    newer = {name: since for name, since in oldest.items() if name in undefined - LINKED_IN and since > GLIBC}
    assert newer == {}
    for file in (LIBRARY, BUILD / "xpay", BUILD / "xpay-bridge"):
        asked = {tuple(map(int, found.split("."))) for found in re.findall(r"GLIBC_([0-9.]+)", kit.run(["objdump", "-T", file]))}
        assert asked and max(asked) <= GLIBC, file


def test_no_file_names_a_directory_of_this_machine() -> None:
    if BUILD.name != "portable":
        pytest.skip("this is this system's build: make test-release / 이 시스템용 빌드입니다")
    here = [str(ROOT), os.environ.get("CARGO_HOME", str(Path.home() / ".cargo"))]
    files = [LIBRARY, BUILD / "libxpayclient.a", BUILD / "xpay", BUILD / "xpay-bridge"]
    assert [f"{file.name}: {name}" for file in files for name in here if name.encode() in file.read_bytes()] == []
