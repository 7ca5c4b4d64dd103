"""One package with every platform's files: each PHP here takes its own, and says why another's is none. Foreign files are forged."""

from __future__ import annotations

import json
import platform
import shutil
import struct
from pathlib import Path

import pytest

import phps
import sandbox
from sandbox import BRIDGE, LIBRARY
from tests import kit

from . import shops

pytestmark = pytest.mark.parametrize("name", phps.NAMES, ids=phps.slug)

ALLOWED = {"ffi.enable": "1"}
FORBIDDEN = {"ffi.enable": "0"}
# What no PHP here may find: the files of a package that is installed on this machine.
NOWHERE = {"PATH": "/nowhere"}
GLIBC, MUSL = b"\0libc.so.6\0", b"\0libc.so\0\0\0"
OWN = f"linux-{platform.machine()}"


def elf(bits: int, machine: int, needed: bytes) -> bytes:
    return b"\x7fELF" + bytes([bits]) + bytes(13) + struct.pack("<H", machine) + bytes(80) + needed


def windows(machine: int) -> bytes:
    return b"MZ" + bytes(126) + b"PE\0\0" + struct.pack("<H", machine)


def apple(machine: int) -> bytes:
    return struct.pack("<II", 0xFEEDFACF, 0x01000000 | machine)


# How files begin, by the platform that they are for. The numbers are those of ELF, PE and Mach-O.
FILES = {
    "linux-x86_64": elf(2, 62, GLIBC),
    "linux-aarch64": elf(2, 183, GLIBC),
    "linux-x86_64-musl": elf(2, 62, MUSL),
    "linux-aarch64-musl": elf(2, 183, b"\0libc.musl-aarch64.so.1\0"),
    "linux-i686": elf(1, 3, GLIBC),
    "windows-x86_64": windows(0x8664),
    "windows-aarch64": windows(0xAA64),
    "windows-i686": windows(0x014C),
    "darwin-aarch64": apple(12),
    "darwin-x86_64": apple(7),
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package that has the files of every platform, of which this machine's are real; the path of its class."""
    for target, forged in FILES.items():
        folder = tmp_path / "package/lib" / target
        folder.mkdir(parents=True)
        for program in (LIBRARY, BRIDGE):
            if target == OWN:
                shutil.copy(program, folder)
            else:
                (folder / program.name).write_bytes(forged)
                (folder / program.name).chmod(0o755)
    return shops.copy(tmp_path / "package/src")


def asked(php: str, method: str, calls: list[list[object]]) -> object:
    """What a static method of the class XPayClient_Platform returns, for each list of arguments."""
    code = (
        f"foreach (json_decode('{json.dumps(calls)}', true) as $given) {{ $all[] = XPayClient_Platform::{method}(...$given); }}"
    )
    return json.loads(shops.page(php, f"require '{phps.CLASS}'; {code} echo json_encode($all);", FORBIDDEN))


def test_the_names_of_platforms(name: str) -> None:
    """By the family, the machine, and the bytes of PHP's integers."""
    names: dict[tuple[str, str, int], str] = {
        ("Linux", "x86_64", 8): "linux-x86_64",
        ("Linux", "x86_64", 4): "linux-i686",
        ("Linux", "i686", 4): "linux-i686",
        ("Linux", "i386", 4): "linux-i686",
        ("Linux", "aarch64", 8): "linux-aarch64",
        ("Linux", "aarch64", 4): "linux-arm",
        ("Linux", "riscv64", 8): "linux-riscv64",
        ("Linux", "", 8): "linux-x86_64",
        ("Windows", "AMD64", 8): "windows-x86_64",
        ("Windows", "i586", 4): "windows-i686",
        ("Windows", "ARM64", 8): "windows-aarch64",
        ("Darwin", "arm64", 8): "darwin-aarch64",
    }
    both = ["", "-musl"]
    expected = [[named + one for one in (both if named.startswith("linux") else [""])] for named in names.values()]
    assert asked(kit.php(name), "named", [[*known, both] for known in names]) == expected


def test_what_a_file_was_built_for(name: str, tmp_path: Path) -> None:
    for target, forged in FILES.items():
        (tmp_path / target).write_bytes(forged)
    assert asked(kit.php(name), "of", [[str(tmp_path / target)] for target in FILES]) == list(FILES)
    known = {LIBRARY: OWN, BRIDGE: OWN, phps.CLASS: "", sandbox.ROOT: "", sandbox.ROOT / "nowhere": ""}
    assert asked(kit.php(name), "of", [[str(file)] for file in known]) == list(known.values())


@pytest.mark.parametrize("host", ["any", "open_basedir", "no php_uname"])
@pytest.mark.parametrize(("settings", "way"), [(ALLOWED, "ffi"), (FORBIDDEN, "pipe")], ids=["ffi", "pipe"])
def test_the_package_is_paid_with(
    name: str, settings: dict[str, str], way: str, host: str, package: Path, gateway: sandbox.Sandbox
) -> None:
    """Nothing warns, whatever the host hides."""
    hidden = {
        "any": {},
        "open_basedir": {"open_basedir": str(package.parent.parent)},
        "no php_uname": {"disable_functions": "php_uname,posix_uname"},
    }
    paid = f"require '{package}';" + shops.paying(gateway, f"{phps.slug(name)}-{way}-{host.replace(' ', '')}")
    assert shops.page(kit.php(name), paid, {**settings, **hidden[host]}, NOWHERE) == f"{way} 0000 answered"


def test_another_platforms_library_is_not_loaded(name: str, package: Path) -> None:
    """As where somebody unpacked the wrong archive. What the loader may take half of is not given to it."""
    shops.copy(package.parent, BRIDGE)
    for target in ("linux-aarch64-musl", "linux-x86_64-musl", "windows-x86_64"):
        (package.parent / LIBRARY.name).write_bytes(FILES[target])
        said = shops.page(kit.php(name), shops.why(package), ALLOWED, NOWHERE)
        # That of the package is taken, and the reason is kept.
        words = f"[{package.parent / LIBRARY.name}] cannot be loaded: it was built for {target}, so take the one for {OWN}. / "
        assert said.startswith(f"ffi\nThe library {words}"), said


def test_musls_own_library_is_told_apart(name: str, package: Path) -> None:
    """A whole library that asks for musl, in place of glibc's."""
    library = package.parent.parent / "lib" / OWN / LIBRARY.name
    built = library.read_bytes()
    assert built.count(GLIBC) == 1
    library.write_bytes(built.replace(GLIBC, MUSL))
    said = shops.page(kit.php(name), shops.why(package), ALLOWED, NOWHERE)
    assert (
        said.startswith("pipe\n")
        and f"[{library}] cannot be loaded: it was built for {OWN}-musl, so take the one for {OWN}" in said
    )


def test_a_command_that_does_not_start_is_passed_over(name: str, package: Path, gateway: sandbox.Sandbox) -> None:
    """Without FFI, PHP does not know its C library: the command of the other one starts or does not."""
    folder = package.parent.parent / "lib"
    shutil.copy(folder / OWN / BRIDGE.name, folder / f"{OWN}-musl")
    # As a program for which there is no loader.
    (folder / OWN / BRIDGE.name).write_text("#!/nowhere/ld-linux\n")
    paid = f"require '{package}';" + shops.paying(gateway, f"{phps.slug(name)}-passed")
    settings = {**FORBIDDEN, "open_basedir": str(package.parent.parent)}
    assert shops.page(kit.php(name), paid, settings, NOWHERE) == "pipe 0000 answered"
    (folder / f"{OWN}-musl" / BRIDGE.name).write_text("#!/nowhere/ld-musl\n")
    words = "$xpay = new XPayClient('/home', 'test'); $xpay->Init_TX('x'); echo $xpay->Response_Detail();"
    said = shops.page(kit.php(name), f"require '{package}';{words}", settings, NOWHERE)
    for target in (OWN, f"{OWN}-musl"):
        assert f"[{folder / target / BRIDGE.name}]" in said
    assert "ended: check the system's log" in said and f"PHP takes that for {OWN} or {OWN}-musl" in said


def test_what_is_missing_is_named(name: str, tmp_path: Path) -> None:
    shop = shops.copy(tmp_path / "shop")
    said = shops.page(kit.php(name), shops.why(shop), ALLOWED, NOWHERE)
    assert (
        f"[{LIBRARY.name}] cannot be loaded: put it next to XPayClient.php or name it in XPAYCLIENT_LIB; it is the file for {OWN}."
        in said
    )
    assert f"put xpay-bridge next to XPayClient.php or name it in XPAYCLIENT_COMMAND; it is the file for {OWN}." in said
