"""What is packed here for other platforms, from stand-ins of their builds: names and folders, what a package says it is for, the same bytes
twice, and that a preview says that it is one."""

from __future__ import annotations

import os
import subprocess
import tarfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import deb as debian
import dll
import facts
import php_package
from sandbox import ROOT
from targets import BY_PLATFORM
from tests import kit

from . import standins
from .conftest import Packages

# One lane: the stand-ins are made once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packages")]

PREVIEW = (ROOT / "packaging/PREVIEW.txt").read_text("utf-8")


@pytest.fixture(scope="module")
def builds() -> Iterator[dict[str, str]]:
    with standins.made() as made:
        yield made


@pytest.fixture(scope="module")
def arm64(builds: dict[str, str]) -> str:
    standins.linked(builds["linux-aarch64"])
    return builds["linux-aarch64"]


@pytest.fixture(scope="module")
def windows(builds: dict[str, str], workshop: Path) -> Packages:
    return Packages("sdk.py", workshop / "windows", builds["windows-x86_64"])


@pytest.mark.parametrize(
    ("build", "said"), [("portable-solaris", "no platform solaris"), ("release-linux-aarch64", "Usage: XPAY_BUILD=")]
)
def test_a_build_that_is_none_is_refused(build: str, said: str) -> None:
    variables = {"XPAY_BUILD": build, "CARGO": "/nowhere/cargo"}
    done = subprocess.run(
        [ROOT / "scripts/compile", "nothing"], env=os.environ | variables, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr


def test_one_php_package_is_for_all(builds: dict[str, str], tmp_path: Path) -> None:
    package = php_package.lay_out(tmp_path / "package", builds.values())
    assert {folder.name for folder in (package / "lib").iterdir()} == {
        "linux-x86_64",
        "linux-aarch64",
        "linux-x86_64-musl",
        "linux-aarch64-musl",
        "linux-i686",
        "windows-x86_64",
        "windows-i686",
    }
    for platform, build in builds.items():
        held = {file.name: file.read_bytes() for file in (package / "lib" / platform).iterdir()}
        names = ["xpayclient.dll", "xpay.exe", "xpay-bridge.exe"]
        if platform.startswith("linux"):
            names = ["libxpayclient.so", "xpay", "xpay-bridge"]
        told = {"PREVIEW.txt": PREVIEW.encode()} if BY_PLATFORM[platform].state == "preview" else {}
        assert held == {name: (ROOT / "target" / build / name).read_bytes() for name in names} | told


def test_windows_has_a_zip(windows: Packages) -> None:
    name = f"xpayclient-sdk-{facts.version()}"
    (file,) = windows.first()
    assert file.name == f"{name}-windows-x86_64.zip"
    with zipfile.ZipFile(file) as archive:
        held = {entry.filename: entry for entry in archive.infolist()}
        assert {
            *(f"{name}/bin/{program}" for program in ("xpay.exe", "xpay-bridge.exe", "xpayclient.dll")),
            *(f"{name}/lib/{library}" for library in ("xpayclient.lib", "libxpayclient.dll.a", "libxpayclient.a")),
            *(f"{name}/include/xpayclient.{header}" for header in ("h", "hpp")),
            *(f"{name}/{text}" for text in ("README.md", "PREVIEW.txt", "LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-NOTICES")),
            f"{name}/examples/c/payment.c",
        } <= set(held)
        assert {path.split("/")[1] for path in held if path.count("/") > 1} == {"bin", "examples", "include", "lib"}
        for entry in held.values():
            assert entry.external_attr >> 16 == 0o100644, entry.filename
            assert entry.date_time == time.gmtime(facts.committed() // 2 * 2)[:6], entry.filename
        assert archive.read(f"{name}/PREVIEW.txt").decode() == PREVIEW
        described = archive.read(f"{name}/lib/pkgconfig/xpayclient.pc").decode()
        system = " ".join(dll.SYSTEM)
        assert "prefix=${pcfiledir}/../.." in described and f"Libs.private: {system}\n" in described
        told = archive.read(f"{name}/README.md").decode()
        assert "@" not in told and f'libxpayclient.a" {system}`' in told


def test_the_same_commit_gives_the_same_zip(windows: Packages) -> None:
    assert windows.first()[0].read_bytes() == windows.again()[0].read_bytes()


@pytest.mark.parametrize("platform", ["linux-aarch64", "linux-x86_64-musl"])
def test_another_linux_has_an_archive(builds: dict[str, str], arm64: str, workshop: Path, platform: str) -> None:
    (file,) = Packages("sdk.py", workshop / platform, builds[platform]).first()
    assert file.name == f"xpayclient-sdk-{facts.version()}-{platform}.tar.gz"
    needs = "musl 1.2" if platform.endswith("-musl") else "glibc 2.17"
    with tarfile.open(file) as archive:
        archive.extractall(workshop / f"{platform} unpacked")
    (root,) = (workshop / f"{platform} unpacked").iterdir()
    assert f"The library needs {needs} or newer." in (root / "README.md").read_text("utf-8")
    assert not (root / "PREVIEW.txt").exists()
    assert (root / "bin/xpay").read_bytes() == (ROOT / "target" / builds[platform] / "xpay").read_bytes()
    assert (root / "share/man/man1/xpay.1").is_file()


@pytest.mark.long
def test_debian_packages_for_arm64(arm64: str, workshop: Path) -> None:
    kit.program("dh")
    packages = Packages("deb.py", workshop / "deb", arm64).first()
    version = f"{facts.version()}-{debian.REVISION}"
    names = ["libxpayclient-dev", f"libxpayclient{facts.abi()}", "xpayclient"]
    assert [package.name for package in packages] == [f"{name}_{version}_arm64.deb" for name in names]
    for name, package in zip(names, packages):
        assert kit.run(["dpkg-deb", "-f", package, "Architecture"]).strip() == "arm64"
        depends = kit.run(["dpkg-deb", "-f", package, "Depends"]).strip()
        assert depends == (f"libxpayclient{facts.abi()} (= {version})" if name.endswith("-dev") else "libc6 (>= 2.17)")
    held = kit.run(["dpkg-deb", "-c", packages[1]])
    assert f"./usr/lib/aarch64-linux-gnu/libxpayclient.so.{facts.abi()}.{facts.version()}\n" in held
    kit.run([kit.program("lintian"), "--allow-root", "--no-cfg", "--fail-on=error,warning", *packages])


def test_what_needs_more_than_libc_is_not_packed_elsewhere() -> None:
    with pytest.raises(SystemExit, match=r"needs .*liblzma\.so"):
        debian.needs_libc_alone([Path(kit.program("dpkg-deb"))])


def test_rpm_packages_for_aarch64(arm64: str, workshop: Path) -> None:
    kit.program("rpmbuild")
    packages = Packages("rpm_packages.py", workshop / "rpm", arm64).first()
    assert len(packages) == 3
    for package in packages:
        assert package.name.endswith(".aarch64.rpm") and kit.run(["rpm", "-qp", "--qf", "%{ARCH}", package]) == "aarch64"
    needs = kit.run(["rpm", "-qp", "--requires", packages[1]])
    assert "xpayclient-libs(aarch-64) = " in needs
