"""Installs into directories of its own; programs find it there by pkg-config and by CMake, shared and static, and pay; nothing
is left after it was removed.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import facts
import sandbox
from sandbox import BUILD, ROOT
from tests import kit

from .test_abi import version

# One lane, in which it is installed once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("install")]

CMAKE = """cmake_minimum_required(VERSION 3.10)
project(shop CXX C)
find_package(xpayclient SERIES REQUIRED)
add_executable(shared payment.c)
target_link_libraries(shared xpayclient::xpayclient)
add_executable(static payment.c)
target_link_libraries(static xpayclient::xpayclient_static)
add_executable(cpp payment.cpp)
target_compile_features(cpp PRIVATE cxx_std_11)
target_link_libraries(cpp xpayclient::xpayclient)
"""


@pytest.fixture(scope="module")
def prefix(workshop: Path) -> Path:
    """Its name has what pkg-config, CMake and systemd would read themselves."""
    odd = workshop / "a 100% odd prefix"
    make("install", PREFIX=odd)
    return odd


@pytest.fixture(scope="module")
def shop(workshop: Path) -> Path:
    """The program in C of moving-c-com.md and one of the examples, as a shop would have them."""
    directory = workshop / "shop"
    directory.mkdir()
    sample = re.search(r"^```c\n(.*?)^```", (ROOT / "docs/en/moving-c-com.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert sample, "moving-c-com.md has no program in C"
    (directory / "payment.c").write_text(sample[1], "utf-8")
    shutil.copy(ROOT / "examples/cpp/payment.cpp", directory)
    return directory


@pytest.fixture(scope="module")
def by_cmake(prefix: Path, shop: Path) -> Path:
    cmake = kit.program("cmake")
    (shop / "CMakeLists.txt").write_text(CMAKE.replace("SERIES", facts.version().rpartition(".")[0]), "utf-8")
    kit.run([cmake, "-S", shop, "-B", shop / "build", f"-DCMAKE_PREFIX_PATH={prefix}"])
    kit.run([cmake, "--build", shop / "build"])
    return shop / "build"


def test_the_daemons_unit_is_accepted(prefix: Path) -> None:
    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        pytest.skip("there is no systemd here / systemd가 없습니다")
    unit = prefix / "lib/systemd/system/xpayclient-bridge.service"
    said = subprocess.run([systemd, "verify", "--man=no", unit], stderr=subprocess.PIPE, encoding="utf-8")
    # It complains about units of the machine too.
    assert [line for line in said.stderr.splitlines() if unit.name in line] == []
    assert f'ExecStart="{str(prefix).replace("%", "%%")}/bin/xpay-bridge" --listen' in unit.read_text("utf-8")


@pytest.mark.parametrize("linkage", ["shared", "static"])
def test_pkg_config(gateway: sandbox.Sandbox, prefix: Path, shop: Path, linkage: str) -> None:
    asked, more = (["--static"], ["-static"]) if linkage == "static" else ([], [])
    kit.run(["cc", "payment.c", "-o", linkage, *more, *flags(prefix, *asked)], cwd=shop)
    pays(gateway, shop / linkage, prefix, f"pkg-config-{linkage}")


@pytest.mark.parametrize("target", ["shared", "static", "cpp"])
def test_cmake(gateway: sandbox.Sandbox, by_cmake: Path, prefix: Path, target: str) -> None:
    pays(gateway, by_cmake / target, prefix, f"cmake-{target}")


def test_what_was_moved_is_found_where_it_is(gateway: sandbox.Sandbox, prefix: Path, shop: Path, tmp_path: Path) -> None:
    """By CMake as it is, by pkg-config with an option; nothing leads to the first place."""
    moved = tmp_path / "another prefix"
    shutil.copytree(prefix, moved, symlinks=True)
    found = flags(moved, "--define-prefix")
    assert any(str(moved) in flag for flag in found) and not any(str(prefix) in flag for flag in found)
    kit.run(["cc", "payment.c", "-o", "moved", *found], cwd=shop)
    pays(gateway, shop / "moved", moved, "moved")
    kit.run([kit.program("cmake"), "-S", shop, "-B", tmp_path / "build", f"-DCMAKE_PREFIX_PATH={moved}"])
    made = "".join(file.read_text("utf-8") for file in (tmp_path / "build").rglob("link.txt"))
    assert str(moved) in made and str(prefix) not in made


@pytest.mark.parametrize("directory", ["relative", "~/.local", '/with"quotes', "/with;semicolons", "/with$dollars"])
def test_a_prefix_that_could_be_misread_is_refused(directory: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PREFIX": directory, "DESTDIR": str(tmp_path), "XPAY_BUILD": BUILD.name}
    done = subprocess.run([ROOT / "scripts/install"], env=environment, stderr=subprocess.PIPE, encoding="utf-8")
    assert done.returncode == 1 and directory in done.stderr
    assert not files(tmp_path)


def flags(prefix: Path, *asked: str) -> list[str]:
    """What pkg-config says to a compiler."""
    environment = {**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")}
    return shlex.split(kit.run([kit.program("pkg-config"), "--cflags", "--libs", *asked, "xpayclient"], env=environment))


def pays(gateway: sandbox.Sandbox, program: Path, prefix: Path, oid: str) -> None:
    environment = {**os.environ, "LD_LIBRARY_PATH": str(prefix / "lib")}
    amount = ["23400"] if program.name == "cpp" else []
    shown = kit.run([program, gateway.home, gateway.paykey(oid, 23400), *amount], env=environment)
    assert shown.startswith("paid ")
    assert oid in [payment["oid"] for payment in gateway.payments()]
    needed = f"libxpayclient.so.{version()}" in kit.run(["readelf", "-d", program])
    assert needed == (program.name != "static")


def test_uninstall(tmp_path: Path) -> None:
    make("install", PREFIX=tmp_path)
    assert files(tmp_path)
    make("uninstall", PREFIX=tmp_path)
    assert not files(tmp_path)


def test_an_upgrade_and_a_removal_leave_nothing_of_other_versions(tmp_path: Path) -> None:
    """Whatever is newer: the loader's cache would take that. Another SONAME is another library, which programs may need."""
    make("install", PREFIX=tmp_path)
    soname = tmp_path / f"lib/libxpayclient.so.{version()}"
    mine = soname.readlink()
    for other in ("0.0.9", "99.0.0"):
        shutil.copy(soname, f"{soname}.{other}")
    soname.unlink()
    soname.symlink_to(f"{soname.name}.0.0.9")
    (tmp_path / "share/man/man1/xpay-gone.1").touch()
    another = tmp_path / "lib/libxpayclient.so.1.0.0"
    another.touch()
    # It runs with the one that is removed.
    loaded = "import ctypes, sys; l = ctypes.CDLL(sys.argv[1]); print(flush=True); input(); print(l.xpay_abi_version())"
    call = [sys.executable, "-c", loaded, str(soname)]
    with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as running:
        assert running.stdout is not None
        running.stdout.readline()
        make("install", PREFIX=tmp_path)
        assert sorted(tmp_path.glob(f"lib/{soname.name}.*")) == [soname.with_name(mine.name)]
        assert soname.readlink() == mine
        make("uninstall", PREFIX=tmp_path)
        assert running.communicate("\n")[0] == f"{version()}\n"
    assert files(tmp_path) == [str(another.relative_to(tmp_path))]


def test_the_loader_learns_of_its_own_directories_only(tmp_path: Path) -> None:
    """In a home there is nothing to tell, and two who install at once must not meet at the loader's cache."""
    programs, called = tmp_path / "bin", tmp_path / "called"
    programs.mkdir()
    listed = f"{tmp_path}/known/lib: (from a file:1)\\n\\tlibz.so.1\\n"
    ldconfig = f'#!/bin/sh\n[ $# = 0 ] && echo called >>{called} || printf "{listed}"\n'
    for name, text in {"id": "#!/bin/sh\necho 0\n", "ldconfig": ldconfig}.items():
        (programs / name).write_text(text, "utf-8")
        (programs / name).chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"
    make("install", PREFIX=tmp_path / "home", PATH=path)
    assert not called.exists()
    make("install", PREFIX=tmp_path / "known", PATH=path)
    assert called.read_text("utf-8") == "called\n"


def test_destdir(tmp_path: Path) -> None:
    """Everything is below it, and no file contains its path."""
    make("install", PREFIX="/opt/xpay", DESTDIR=tmp_path)
    assert {Path(path).parts[:2] for path in files(tmp_path)} == {("opt", "xpay")}
    written = [path for path in tmp_path.rglob("*") if path.suffix in (".pc", ".cmake")]
    assert len(written) == 3
    assert not [path for path in written if str(tmp_path) in path.read_text("utf-8")]
    make("uninstall", PREFIX="/opt/xpay", DESTDIR=tmp_path)
    assert not files(tmp_path)


def make(target: str, **variables: object) -> None:
    """A target of the Makefile that builds nothing, with the files that are tried."""
    named = {"XPAY_BUILD": BUILD.name, **variables}
    kit.run(["make", "--no-print-directory", target, *(f"{name}={value}" for name, value in named.items())], cwd=ROOT)


def files(directory: Path) -> list[str]:
    found = directory.rglob("*")
    return sorted(str(path.relative_to(directory)) for path in found if not path.is_dir() or path.is_symlink())


def test_the_licences_are_installed(prefix: Path) -> None:
    for name in ("LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-NOTICES"):
        assert (prefix / "share/doc/xpayclient" / name).read_bytes() == (ROOT / name).read_bytes()
