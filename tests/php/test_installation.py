"""What goes wrong when the files are put in place: it works, or the message says what to do. In every PHP."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import fastcgi
import fpm
import phps
import sandbox
from sandbox import BRIDGE, LIBRARY
from tests import kit

from . import shops

pytestmark = pytest.mark.parametrize("name", phps.NAMES, ids=phps.slug)

ALLOWED = {"ffi.enable": "1"}
# A shop's page is not told where the files are.
UNTOLD = dict.fromkeys(shops.TOLD[1:], "")
# What no PHP here may find: the files of a package that is installed on this machine.
NOWHERE = {"PATH": "/nowhere"}


@pytest.fixture
def noexec(tmp_path: Path) -> Iterator[Path]:
    """A folder of which nothing may be run."""
    folder = tmp_path / "noexec"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "noexec", "tmpfs", folder], stderr=subprocess.DEVNULL).returncode != 0:
        kit.missing("only root can mount a folder noexec", "noexec로 마운트하려면 root여야 합니다")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_the_library_alone_where_php_keeps_its_default(name: str, tmp_path: Path, gateway: sandbox.Sandbox) -> None:
    """Stock php-fpm has ffi.enable=preload: the library is not enough, and the message says what is. Then it is put there."""
    shop = shops.copy(tmp_path / "shop", LIBRARY)
    asks, pays = tmp_path / "asks.php", tmp_path / "pays.php"
    asks.write_text("<?php " + shops.why(shop))
    pays.write_text(f"<?php require '{shop}';" + shops.paying(gateway, f"{phps.slug(name)}-stock"))
    settings = {"ffi.enable": "preload"}
    with fpm.running(kit.php(name, "php-fpm"), tmp_path / "fpm", gateway.home, settings, {"patience": 30}) as server:
        said = fastcgi.get(server.address, asks, **UNTOLD, **NOWHERE).decode()
        assert said.startswith("\nPHP does not allow FFI here: preload preload.php, or set ffi.enable=true in php.ini.")
        assert "To pay without FFI, put xpay-bridge next to XPayClient.php." in said
        assert "FFI 없이 쓰려면 XPayClient.php 옆에 xpay-bridge를 두십시오" in said
        assert "The command [xpay] is not there: put xpay-bridge next to XPayClient.php" in said
        (shop.parent / BRIDGE.name).symlink_to(BRIDGE)
        assert fastcgi.get(server.address, pays, **UNTOLD, **NOWHERE) == b"pipe 0000 answered"


def test_preloading_that_did_not_happen_is_named(name: str, tmp_path: Path) -> None:
    """Another program's preloading, or ours with opcache off."""
    preload = tmp_path / "preload.php"
    preload.write_text("<?php")
    shops.reachable(tmp_path)
    shop = shops.copy(tmp_path / "shop", LIBRARY)
    asks = tmp_path / "asks.php"
    asks.write_text("<?php " + shops.why(shop))
    settings = {**phps.preloading_settings(tmp_path, LIBRARY), "opcache.preload": str(preload)}
    del settings["ffi.preload"]
    with fpm.running(kit.php(name, "php-fpm"), tmp_path / "fpm", tmp_path, settings, {"patience": 30}) as server:
        said = fastcgi.get(server.address, asks, **UNTOLD, **NOWHERE).decode()
    assert f"opcache.preload=[{preload}] did not preload this class" in said


def test_an_upgrade_without_a_restart(name: str, tmp_path: Path, gateway: sandbox.Sandbox) -> None:
    """A worker keeps the library that it has: with the class of the next release it says to restart."""
    shop = shops.copy(tmp_path / "shop", LIBRARY)
    pays, asks = tmp_path / "pays.php", tmp_path / "asks.php"
    asks.write_text("<?php " + shops.why(shop))
    settings = {**ALLOWED, "opcache.enable": "0"}
    with fpm.running(kit.php(name, "php-fpm"), tmp_path / "fpm", gateway.home, settings, {"patience": 30}) as server:
        # So many that every worker has it.
        for turn in range(2 * fpm.WORKERS):
            pays.write_text(f"<?php require '{shop}';" + shops.paying(gateway, f"{phps.slug(name)}-upgrade-{turn}"))
            assert fastcgi.get(server.address, pays, **UNTOLD) == b"ffi 0000 answered"
        os.replace(built(tmp_path, 999), shop.parent / LIBRARY.name)
        pays.write_text(f"<?php require '{shop}';" + shops.paying(gateway, f"{phps.slug(name)}-upgraded"))
        assert fastcgi.get(server.address, pays, **UNTOLD) == b"ffi 0000 answered"
        shop.write_text(phps.CLASS.read_text("utf-8").replace(f"const ABI = {abi()};", "const ABI = 999;"), "utf-8")
        said = fastcgi.get(server.address, asks, **UNTOLD, **NOWHERE).decode()
    assert f"[{shop.parent / LIBRARY.name}] is not of this XPayClient.php's release" in said
    assert "take both from the same one, then restart php-fpm" in said
    assert f"(ABI {abi()}, not ABI 999)" in said


def abi() -> int:
    """The interface's number that the class needs."""
    return int(phps.CLASS.read_text("utf-8").partition("const ABI = ")[2].partition(";")[0])


def built(directory: Path, number: int) -> Path:
    """A library that has nothing but this number of its interface."""
    source, library = directory / "abi.c", directory / "abi.so"
    source.write_text(f"unsigned xpay_abi_version(void) {{ return {number}; }}")
    kit.run([kit.program("cc"), "-shared", "-fPIC", source, "-o", library])
    return library


def test_an_older_library_of_the_same_abi(name: str, tmp_path: Path) -> None:
    """It has not every function that the class declares."""
    shop = shops.copy(tmp_path / "shop")
    os.replace(built(tmp_path, abi()), shop.parent / LIBRARY.name)
    said = shops.page(kit.php(name), shops.why(shop), ALLOWED, NOWHERE)
    assert "is not of this XPayClient.php's release" in said and "Failed resolving C function" in said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        # The first bytes of a file say how wide its machine's words are, and which machine that is.
        (b"\x7fELF\x02", b"\x7fELF\x01", "for another kind of machine, so take the one for this machine"),
        (b"\0GLIBC_2.34\0", b"\0GLIBC_9.99\0", "it needs a newer C library than this system has"),
        (b"\x7fELF", b"<?php", "for another kind of machine"),
    ],
    ids=["machine", "glibc", "damaged"],
)
def test_a_library_for_another_system(name: str, old: bytes, new: bytes, words: str, tmp_path: Path) -> None:
    shop = shops.copy(tmp_path / "shop")
    built = LIBRARY.read_bytes()
    if old not in built:
        pytest.skip("this library needs no such C library / 이 라이브러리는 그 C 라이브러리가 필요 없습니다")
    (shop.parent / LIBRARY.name).write_bytes(built.replace(old, new, 1))
    said = shops.page(kit.php(name), shops.why(shop), ALLOWED, NOWHERE)
    assert f"The library [{shop.parent / LIBRARY.name}] cannot be loaded: " in said and words in said


def test_a_file_system_without_permission_to_run(name: str, noexec: Path) -> None:
    """As /home of some hosts: neither the library nor the command is of use there."""
    shop = shops.copy(noexec / "shop")
    for program in (LIBRARY, BRIDGE):
        shutil.copy(program, shop.parent)
    said = shops.page(kit.php(name), shops.why(shop), ALLOWED, NOWHERE)
    assert "cannot be loaded: its file system is mounted noexec, or SELinux forbids it: put it elsewhere and name it in" in said
    assert f"PHP's user may not run the command [{shop.parent / BRIDGE.name}]: its file system is mounted noexec" in said


def test_a_host_that_starts_no_command(name: str, tmp_path: Path) -> None:
    shop = shops.copy(tmp_path / "shop", BRIDGE)
    said = shops.page(kit.php(name), shops.why(shop), {"ffi.enable": "0", "disable_functions": "proc_open,exec"}, NOWHERE)
    assert said.startswith("\nPHP does not allow FFI here")
    assert "PHP may not start a command: remove proc_open from disable_functions, or allow FFI." in said


@pytest.mark.parametrize(("beside", "way"), [(LIBRARY, "ffi"), (BRIDGE, "pipe")], ids=["ffi", "pipe"])
def test_all_inside_of_open_basedir(name: str, beside: Path, way: str, tmp_path: Path, gateway: sandbox.Sandbox) -> None:
    """The configuration may lie outside: PHP does not read it."""
    shop = shops.copy(tmp_path / "shop")
    shutil.copy(beside, shop.parent)
    paid = f"require '{shop}';" + shops.paying(gateway, f"{phps.slug(name)}-basedir-{way}")
    settings = {**ALLOWED, "open_basedir": str(shop.parent)}
    assert shops.page(kit.php(name), paid, settings, NOWHERE) == f"{way} 0000 answered"


def test_outside_of_open_basedir(name: str, tmp_path: Path) -> None:
    """The library beside a preloaded file that the shop may not see."""
    shop, other = shops.copy(tmp_path / "shop"), shops.copy(tmp_path / "other", LIBRARY, BRIDGE)
    shops.reachable(tmp_path)
    preload = tmp_path / "preload.php"
    preload.write_text(f"<?php $xpayclient_internals = true; require '{other}';")
    settings = {**phps.preloading_settings(tmp_path, LIBRARY), "opcache.preload": str(preload), "open_basedir": str(shop.parent)}
    del settings["ffi.preload"]
    code = shops.why(shop) + " $xpay = new XPayClient('/home', 'test');"
    said = shops.page(kit.php(name), code, settings, NOWHERE)
    assert "PHP sees only what is in open_basedir: add the folder of the library." in said
    assert "PHP sees only what is in open_basedir: put xpay-bridge next to XPayClient.php." in said
