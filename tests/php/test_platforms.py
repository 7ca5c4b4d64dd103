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
import targets
from sandbox import BRIDGE, LIBRARY
from tests import kit

from . import shops

pytestmark = pytest.mark.parametrize("name", phps.NAMES, ids=phps.slug)

ALLOWED = {"ffi.enable": "1"}
FORBIDDEN = {"ffi.enable": "0"}
# Nobody tells the machine.
SILENT = {"disable_functions": "php_uname,posix_uname"}
# What no PHP here may find: the files of a package that is installed on this machine.
NOWHERE = {"PATH": "/nowhere"}
GLIBC, MUSL, ALPINE = b"\0libc.so.6\0", b"\0libc.so\0\0\0", b"\0libc.musl-aarch64.so.1\0"
OWN = f"linux-{platform.machine()}"
OTHER = "linux-x86_64" if OWN == "linux-aarch64" else "linux-aarch64"


def forged(name: str) -> bytes:
    """How a file begins that is for a platform. The numbers are those of ELF, PE and Mach-O."""
    system, processor, *musl = name.split("-")
    if system == "windows":
        machine = {"x86_64": 0x8664, "aarch64": 0xAA64, "i686": 0x014C}[processor]
        return b"MZ" + bytes(126) + b"PE\0\0" + struct.pack("<H", machine)
    if system == "darwin":
        return struct.pack("<II", 0xFEEDFACF, 0x01000000 | {"x86_64": 7, "aarch64": 12}[processor])
    bits, machine = {"x86_64": (2, 62), "aarch64": (2, 183), "i686": (1, 3)}[processor]
    needed = (ALPINE if processor == "aarch64" else MUSL) if musl else GLIBC
    return b"\x7fELF" + bytes([bits]) + bytes(13) + struct.pack("<H", machine) + bytes(80) + needed


# What is built, and what somebody may have built.
FILES = {name: forged(name) for name in (*targets.BY_PLATFORM, "windows-aarch64", "darwin-x86_64")}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package that has the files of every platform, of which this machine's are real; the path of its class."""
    for target, file in FILES.items():
        folder = tmp_path / "package/lib" / target
        folder.mkdir(parents=True)
        for program in (LIBRARY, BRIDGE):
            if target == OWN:
                shutil.copy(program, folder)
            else:
                (folder / program.name).write_bytes(file)
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
        ("Windows", "AMD64", 8): "windows-x86_64",
        ("Windows", "i586", 4): "windows-i686",
        ("Windows", "ARM64", 8): "windows-aarch64",
        ("Darwin", "arm64", 8): "darwin-aarch64",
    }
    both = ["", "-musl"]
    expected = [[named + one for one in (both if named.startswith("linux") else [""])] for named in names.values()]
    assert asked(kit.php(name), "named", [[*known, both] for known in names]) == expected
    # Where nobody tells the machine, it may be any.
    unknown = {
        ("Linux", 8): ["linux-x86_64", "linux-x86_64-musl", "linux-aarch64", "linux-aarch64-musl"],
        ("Linux", 4): ["linux-i686", "linux-i686-musl", "linux-arm", "linux-arm-musl"],
        ("Windows", 8): ["windows-x86_64", "windows-aarch64"],
    }
    assert asked(kit.php(name), "named", [[family, "", size, both] for family, size in unknown]) == [*unknown.values()]


def test_every_file_that_is_built_is_known(name: str) -> None:
    """The class, these tests and what is released have the same platforms."""
    known = shops.page(kit.php(name), f"require '{phps.CLASS}'; echo json_encode(array_keys(XPayClient_Platform::BUILT));")
    assert {*json.loads(known)} == {target.removesuffix("-musl") for target in FILES}


def test_what_a_file_was_built_for(name: str, tmp_path: Path) -> None:
    for target, file in FILES.items():
        (tmp_path / target).write_bytes(file)
    assert asked(kit.php(name), "of", [[str(tmp_path / target)] for target in FILES]) == list(FILES)
    known = {LIBRARY: OWN, BRIDGE: OWN, phps.CLASS: "", sandbox.ROOT: "", sandbox.ROOT / "nowhere": ""}
    assert asked(kit.php(name), "of", [[str(file)] for file in known]) == list(known.values())


@pytest.mark.parametrize("host", ["any", "open_basedir", "no php_uname", "neither"])
@pytest.mark.parametrize(("settings", "way"), [(ALLOWED, "ffi"), (FORBIDDEN, "pipe")], ids=["ffi", "pipe"])
def test_the_package_is_paid_with(
    name: str, settings: dict[str, str], way: str, host: str, package: Path, gateway: sandbox.Sandbox
) -> None:
    """Nothing warns, whatever the host hides."""
    hidden = {
        "any": {},
        "open_basedir": {"open_basedir": str(package.parent.parent)},
        "no php_uname": SILENT,
        "neither": {**SILENT, "open_basedir": str(package.parent.parent)},
    }
    # The system's own command tells the machine, then.
    (package.parent / "bin").mkdir()
    (package.parent / "bin/uname").symlink_to(shutil.which("uname") or "")
    path = {"PATH": package.parent / "bin"}
    paid = f"require '{package}';" + shops.paying(gateway, f"{phps.slug(name)}-{way}-{host.replace(' ', '')}")
    assert shops.page(kit.php(name), paid, {**settings, **hidden[host]}, path) == f"{way} 0000 answered"


def test_phps_own_program_tells_the_machine(name: str, tmp_path: Path) -> None:
    """If nothing else does. What PHP takes for its program is forged."""
    program, php = tmp_path / "program", Path(kit.php(name))
    # Those of other Debians are begun by a script, which passes its own name on.
    script = php.read_bytes()
    begun = (
        script.replace(b'"$0"', bytes(program))
        if script[:2] == b"#!"
        else b'#!/bin/bash\nexec -a %b %b "$@"\n' % (bytes(program), bytes(php))
    )
    for file, contents in ((program, FILES[OTHER]), (tmp_path / "php", begun)):
        file.write_bytes(contents)
        file.chmod(0o755)
    names = f"require '{phps.CLASS}'; echo implode(' ', XPayClient_Platform::names());"
    assert shops.page(str(tmp_path / "php"), names, {**ALLOWED, **SILENT}) == OTHER


def test_the_systems_command_tells_the_machine(name: str, tmp_path: Path) -> None:
    """Where PHP may not look at its own program."""
    (tmp_path / "uname").write_text(f"#!/bin/sh\n[ $1 = -m ] && echo {OTHER.partition('-')[2]}\n")
    (tmp_path / "uname").chmod(0o755)
    names = f"require '{shops.copy(tmp_path / 'shop')}'; echo implode(' ', XPayClient_Platform::names());"
    options = {**ALLOWED, **SILENT, "open_basedir": tmp_path}
    assert shops.page(kit.php(name), names, options, {"PATH": tmp_path}) == OTHER


def test_on_a_machine_that_nobody_tells_every_library_is_tried(name: str, package: Path, gateway: sandbox.Sandbox) -> None:
    """As on the machine whose files are not the first to be tried."""
    folder = package.parent.parent / "lib"
    (folder / OWN / LIBRARY.name).rename(folder / OTHER / LIBRARY.name)
    paid = f"require '{package}';" + shops.paying(gateway, f"{phps.slug(name)}-tried")
    hidden = {**ALLOWED, **SILENT, "open_basedir": str(package.parent.parent)}
    assert shops.page(kit.php(name), paid, hidden, NOWHERE) == "ffi 0000 answered"


def test_no_file_is_called_foreign_on_a_machine_that_nobody_tells(name: str, tmp_path: Path) -> None:
    shop = shops.copy(tmp_path / "shop")
    (shop.parent / LIBRARY.name).write_bytes(FILES[OTHER])
    said = shops.page(kit.php(name), shops.why(shop), {**ALLOWED, **SILENT, "open_basedir": str(shop.parent)}, NOWHERE)
    assert "built for" not in said
    assert "for another kind of machine, so take the one for this machine, linux-x86_64 or linux-aarch64" in said


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
