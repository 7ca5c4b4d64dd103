"""The Debian packages as a maintainer looks at them: lintian, contents, the same bytes twice, and a program's dependency on the library.
Installed in a system of their own they compile, pay and cancel; after an upgrade and a removal nothing old is left.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

import deb as script
import facts
import sandbox
import staged
from sandbox import BUILD, ROOT
from tests import kit

from . import shop
from .conftest import MAINTAINER, Packages

# One lane, in which they are built once.
pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("packages")]

LIBRARY = f"libxpayclient{facts.abi()}"
NAMES = ["libxpayclient-dev", LIBRARY, "xpayclient"]


class System:
    """A root directory with packages of its own and nothing else."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for directory in ["var/lib/dpkg/updates", "var/lib/dpkg/info", "var/log"]:
            (root / directory).mkdir(parents=True)
        (root / "var/lib/dpkg/status").touch()

    def dpkg(self, *what: object) -> None:
        # What the packages depend on is not there.
        how = ["--force-not-root", "--force-depends", "--force-script-chrootless", f"--log={self.root}/log"]
        kit.run(["dpkg", f"--root={self.root}", *how, *map(str, what)], stderr=subprocess.STDOUT)

    def files(self) -> set[str]:
        return {
            str(path.relative_to(self.root)) for path in (self.root / "usr").rglob("*") if not path.is_dir() or path.is_symlink()
        }

    @property
    def libraries(self) -> Path:
        (found,) = self.root.glob(f"usr/lib/*/libxpayclient.so.{facts.abi()}")
        return found.parent


@pytest.fixture(scope="module")
def system(deb: Packages, workshop: Path) -> System:
    made = System(workshop / "system")
    made.dpkg("--install", *deb.first())
    return made


@pytest.fixture(scope="module")
def programs(system: System, workshop: Path) -> dict[str, Path]:
    """A shop's program and an installed example, compiled with what pkg-config says."""
    pkgconfig = system.libraries / "pkgconfig"
    environment = {**os.environ, "PKG_CONFIG_LIBDIR": str(pkgconfig), "PKG_CONFIG_SYSROOT_DIR": str(system.root)}
    flags = kit.run([kit.program("pkg-config"), "--cflags", "--libs", "xpayclient"], env=environment).split()
    sources = [shop.source(workshop / "shop"), system.root / "usr/share/doc/libxpayclient-dev/examples/c/cancel.c"]
    return {source.stem: shop.compiled(source, flags, workshop / source.stem) for source in sources}


def test_there_are_three(deb: Packages) -> None:
    assert [package.name.split("_")[0] for package in deb.first()] == NAMES
    assert {package.name.split("_")[1] for package in deb.first()} == {f"{facts.version()}-{script.REVISION}"}


def test_lintian_accepts_them(deb: Packages, workshop: Path) -> None:
    """Of errors and warnings there are none, but those whose override says why."""
    lintian = kit.program("lintian")
    packages = [light(package, workshop) if "-dev" in package.name else package for package in deb.first()]
    # It refuses root, as which containers run, unless told.
    options = ["--allow-root", "--no-cfg", "--fail-on=error,warning", "--show-overrides", "--display-info"]
    kit.run([lintian, *options, *packages])


def light(package: Path, workshop: Path) -> Path:
    """With the first objects alone of its archive: lintian reads each of them, for a minute."""
    parts = workshop / "light"
    kit.run(["dpkg-deb", "-R", package, parts])
    (archive,) = parts.glob("usr/lib/*/*.a")
    members = kit.run(["ar", "t", archive]).split()
    kit.run(["ar", "dD", archive, *members[3:]])
    (parts / "DEBIAN/md5sums").unlink()
    named = workshop / package.name
    kit.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", parts, named])
    return named


def test_what_they_contain(deb: Packages) -> None:
    held = {package.name.split("_")[0]: {entry.name[2:]: entry for entry in entries(package)} for package in deb.first()}
    libraries = {name for name in held[LIBRARY] if ".so." in name}
    assert {Path(name).name for name in libraries} == {
        f"libxpayclient.so.{facts.abi()}",
        f"libxpayclient.so.{facts.abi()}.{facts.version()}",
    }
    development = {re.sub(r"usr/lib/[^/]+/", "lib/", name) for name in held["libxpayclient-dev"]}
    assert {
        "lib/libxpayclient.so",
        "lib/libxpayclient.a",
        "lib/pkgconfig/xpayclient.pc",
        "lib/cmake/xpayclient/xpayclient-config.cmake",
        "usr/include/xpayclient.h",
        "usr/include/xpayclient.hpp",
        "usr/share/man/man3/xpayclient.3.gz",
        "usr/share/doc/libxpayclient-dev/examples/cpp/payment.cpp",
    } <= development
    assert {
        "usr/bin/xpay",
        "usr/bin/xpay-bridge",
        "usr/lib/systemd/system/xpayclient-bridge.service",
        "usr/lib/systemd/system/xpay-recover@.service",
        "usr/share/man/man1/xpay-pay.1.gz",
        "usr/share/man/ko/man1/xpay-pay.1.gz",
        "usr/share/bash-completion/completions/xpay",
        "usr/share/zsh/vendor-completions/_xpay",
        "usr/share/fish/vendor_completions.d/xpay.fish",
    } <= set(held["xpayclient"])
    for name, files in held.items():
        beside = {Path(file).name for file in files if file.startswith(f"usr/share/doc/{name}/")}
        assert {"copyright", "changelog.gz", "changelog.Debian.gz", "THIRD-PARTY-NOTICES.gz"} <= beside
        for file, entry in files.items():
            expected = 0o755 if entry.isdir() or file.startswith("usr/bin/") else 0o644
            assert entry.issym() or entry.mode == expected, f"{file} has {entry.mode:o}"
            assert (entry.uname, entry.gname, entry.uid, entry.gid) == ("root", "root", 0, 0)
            assert entry.mtime == facts.committed(), file


def entries(package: Path) -> list[tarfile.TarInfo]:
    packed = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        return archive.getmembers()


def test_the_maintainer_is_who_packs(deb: Packages) -> None:
    for package in deb.first():
        assert kit.run(["dpkg-deb", "-f", package, "Maintainer"]).strip() == "A Packager <packager@example.org>"


def test_they_depend_on_the_libc_that_they_need(deb: Packages) -> None:
    floor = "2.17" if BUILD.name == "portable" else staged.glibc([sandbox.LIBRARY, sandbox.XPAY])
    for package in deb.first():
        if "-dev" not in package.name:
            assert f"libc6 (>= {floor})" in kit.run(["dpkg-deb", "-f", package, "Depends"]).strip().split(", ")


@pytest.mark.parametrize("home", ["", "https://example.org/xpayclient"])
def test_the_home_page_is_told_if_there_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str) -> None:
    monkeypatch.setattr(facts, "homepage", lambda: home)
    script.lay_out(tmp_path / "debian", "A Packager <packager@example.org>")
    source = (tmp_path / "debian/control").read_text("utf-8").partition("\n\n")[0]
    assert re.findall(r"^Homepage: (.*)$", source, re.MULTILINE) == [home] * bool(home)
    copied = (tmp_path / "debian/xpayclient.copyright").read_text("utf-8")
    assert re.findall(r"^Source: (.*)$", copied, re.MULTILINE) == [home] * bool(home)


@pytest.mark.parametrize("missing", sorted(MAINTAINER))
def test_without_a_maintainer_nothing_is_packed(tmp_path: Path, missing: str) -> None:
    environment = {**os.environ, **MAINTAINER, "OUT": str(tmp_path / "out")}
    del environment[missing]
    done = subprocess.run([sys.executable, ROOT / "scripts/deb.py"], env=environment, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (1, "")
    assert "DEBFULLNAME" in done.stderr and "DEBEMAIL" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_copyright_is_of_what_is_linked_in(system: System) -> None:
    """The command has SQLite, the library has not; each licence that is named has its text."""
    for package in NAMES:
        text = (system.root / "usr/share/doc" / package / "copyright").read_text("utf-8")
        owned, terms = [], set()
        for paragraph in text.split("\n\n"):
            licence = re.search(r"^License: (.*)$", paragraph, re.MULTILINE)
            if paragraph.startswith("License: "):
                assert licence and paragraph.count("\n") >= 1
                terms.add(licence[1])
            elif licence:
                assert re.search(r"^Copyright: \S", paragraph, re.MULTILINE), paragraph
                owned += re.split(r",? (?:or|and) ", licence[1])
        assert set(owned) == terms
        assert "vendor/rustls-" in text and "vendor/rust/std/*" in text
        assert ("/sqlite3/*" in text) == ("vendor/axum-" in text) == (package == "xpayclient")
        assert "pyo3" not in text


def test_the_same_commit_gives_the_same_bytes(deb: Packages) -> None:
    assert [package.name for package in deb.first()] == [package.name for package in deb.again()]
    for one, other in zip(deb.first(), deb.again()):
        assert one.read_bytes() == other.read_bytes(), f"{one.name} differs from one build to the next"


def test_a_program_depends_on_the_library_as_of_what_it_calls(deb: Packages, programs: dict[str, Path], workshop: Path) -> None:
    (package,) = (package for package in deb.first() if package.name.startswith(LIBRARY))
    source = workshop / "source"
    (source / "debian").mkdir(parents=True)
    (source / "debian/control").write_text("Source: shop\n\nPackage: shop\nArchitecture: any\n", "utf-8")
    kit.run(["dpkg-deb", "-R", package, source / "library"])
    said = kit.run([kit.program("dpkg-shlibdeps"), "-O", "-Slibrary", programs["payment"]], cwd=source)
    assert f"{LIBRARY} (>= 0.1.0)" in re.split(r"[=,]\s*(?=lib)", said.strip())


def test_a_newer_function_asks_for_the_newer_library() -> None:
    listed = "# since 0.1.0\nbool xpay_old(void)\ntypedef enum xpay_x\n# since 0.2.0\nxpay_x XPAY_Y = 3\nint xpay_new_one(xpay_client *c)\n"
    lines = script.symbols("libxpayclient2", listed).splitlines()
    assert lines[2:] == [
        " (optional)XPAY_0.1.0@XPAY_0.1.0 0.1.0",
        " (optional)XPAY_0.2.0@XPAY_0.2.0 0.2.0",
        " xpay_new_one@XPAY_0.2.0 0.2.0",
        " xpay_old@XPAY_0.1.0 0.1.0",
    ]


def test_installed_they_pay_and_cancel(gateway: sandbox.Sandbox, system: System, programs: dict[str, Path]) -> None:
    tid = shop.pays(gateway, programs["payment"], system.libraries, "deb")
    shop.cancels(gateway, programs["cancel"], system.libraries, tid)
    assert facts.version() in kit.run([system.root / "usr/bin/xpay", "--version"])


def test_the_units_start_what_is_installed(system: System) -> None:
    units = sorted((system.root / "usr/lib/systemd/system").iterdir())
    assert len(units) == 2
    for unit in units:
        (program,) = re.findall(r'^ExecStart="(.*?)"', unit.read_text("utf-8"), re.MULTILINE)
        assert (system.root / program[1:]).is_file()


@pytest.mark.parametrize("name", ["postinst", "prerm", "postrm"])
def test_debhelper_adds_nothing_to_the_scripts(deb: Packages, name: str) -> None:
    """Such as enabling a unit for a user that only the shop knows."""
    ours = (ROOT / f"packaging/debian/xpayclient.{name}").read_text("utf-8")
    packed = kit.run(["dpkg-deb", "--info", deb.first()[-1], name])
    assert packed.strip() == ours.replace("#DEBHELPER#", "").strip()


def test_after_an_upgrade_and_a_removal_nothing_old_is_left(deb: Packages, tmp_path: Path) -> None:
    upgraded = System(tmp_path / "system")
    upgraded.dpkg("--install", *deb.first())
    before = upgraded.files()
    upgraded.dpkg("--install", *(newer(package, tmp_path) for package in deb.first()))
    old, new = f".so.{facts.abi()}.{facts.version()}", f".so.{facts.abi()}.9.9.9"
    assert upgraded.files() == {name.replace(old, new) for name in before}
    assert (upgraded.libraries / f"libxpayclient.so.{facts.abi()}").resolve().name == f"libxpayclient{new}"
    upgraded.dpkg("--remove", "libxpayclient-dev", "xpayclient")
    assert {Path(name).name for name in upgraded.files()} >= {f"libxpayclient{new}"}
    assert not [name for name in upgraded.files() if "include" in name or "bin/" in name]
    upgraded.dpkg("--purge", *NAMES)
    assert upgraded.files() == set()
    assert not list((upgraded.root / "var/lib/dpkg/info").glob("*xpay*"))


def newer(package: Path, directory: Path) -> Path:
    """The package as a release after it, with another library's file."""
    parts = directory / package.stem
    kit.run(["dpkg-deb", "-R", package, parts])
    for path in parts.rglob(f"libxpayclient.so.{facts.abi()}.{facts.version()}"):
        link = path.with_name(f"libxpayclient.so.{facts.abi()}")
        link.unlink()
        link.symlink_to(path.rename(path.with_name(f"{link.name}.9.9.9")).name)
    control = parts / "DEBIAN/control"
    control.write_text(control.read_text("utf-8").replace(f"{facts.version()}-{script.REVISION}", "9.9.9-1"), "utf-8")
    (directory / "newer").mkdir(exist_ok=True)
    kit.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", parts, directory / "newer"])
    return next((directory / "newer").glob(f"{package.name.split('_')[0]}_*"))
