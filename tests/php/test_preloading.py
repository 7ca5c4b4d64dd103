"""The file with opcache and preloading, twice in one request, beside another release and beside the vendor's: in every PHP."""

from __future__ import annotations

import shutil
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


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A test's directory that preloading may read."""
    shops.reachable(tmp_path)
    return tmp_path


def caching(directory: Path, way: str) -> dict[str, str]:
    """PHP's settings for one way to keep compiled files."""
    if way == "preloaded":
        settings = phps.preloading_settings(directory, LIBRARY)
        # The most common setup: the class without its declarations.
        del settings["ffi.preload"]
        return settings
    # A page runs once here, so that only files show what the second visitor gets.
    cache = {"opcache.file_cache": str(directory), "opcache.file_cache_only": "1"} if way == "file cache" else {}
    return {"opcache.enable": "1", "opcache.enable_cli": "1", "ffi.enable": "1", **cache}


@pytest.mark.parametrize("way", ["opcache", "file cache", "preloaded"])
def test_copies_and_the_same_file_again(name: str, way: str, room: Path, gateway: sandbox.Sandbox) -> None:
    """Two folders of one release, a symlink and the same file twice in a request: they are paid with, and nobody says a word."""
    php = kit.php(name)
    one, two = shops.copy(room / "one", LIBRARY), shops.copy(room / "two", LIBRARY)
    (room / "link.php").symlink_to(one)
    all_of_them = "".join(f"require '{file}';" for file in (one, two, room / "link.php", one))
    for visitor in range(2):
        oid = f"{phps.slug(name)}-{way.replace(' ', '')}-{visitor}"
        assert shops.page(php, all_of_them + shops.paying(gateway, oid), caching(room, way)) == "ffi 0000 answered"


def test_a_shop_that_preloads_all_of_it(name: str, room: Path, gateway: sandbox.Sandbox) -> None:
    """As frameworks do, which preload every file they have."""
    preload = room / "preload.php"
    preload.write_text(f"<?php opcache_compile_file('{phps.CLASS}'); require_once '{phps.CLASS}';")
    settings = {**caching(room, "preloaded"), "opcache.preload": str(preload)}
    shop = shops.copy(room / "shop", LIBRARY)
    paid = f"require '{shop}';" + shops.paying(gateway, f"{phps.slug(name)}-all")
    assert shops.page(kit.php(name), paid, settings) == "ffi 0000 answered"


def test_the_vendors_class_on_the_same_master(name: str, room: Path, fresh_gateway: sandbox.Sandbox) -> None:
    """Preloading for one shop does not break another that still has the vendor's file."""
    shop = shops.copy(room / "ours", LIBRARY)
    ours, theirs = room / "ours.php", room / "theirs.php"
    ours.write_text(f"<?php require '{shop}';" + shops.paying(fresh_gateway, "ours"))
    vendors = room / "vendors.php"
    vendors.write_text(shops.VENDORS)
    theirs.write_text(f"<?php require '{vendors}'; $xpay = new XPayClient('/home', 'test'); echo $xpay->TX();")
    settings = caching(room, "preloaded")
    with fpm.running(kit.php(name, "php-fpm"), room / "fpm", fresh_gateway.home, settings, {"patience": 30}) as server:
        # So many that some worker serves both.
        for _ in range(2 * fpm.WORKERS):
            assert fastcgi.get(server.address, theirs) == b"vendor"
        assert fastcgi.get(server.address, ours) == b"ffi 0000 answered"
        assert fastcgi.get(server.address, theirs) == b"vendor"


@pytest.mark.parametrize("call", ["require '{shop}'; new XPayClient('/home', 'test')", "new XPay\\Client('/home', 'test')"])
def test_the_preloaded_classes_of_another_release(name: str, call: str, room: Path) -> None:
    """They may not have the methods that the shop's file calls: words, before anything is done."""
    shop = package(room, shops.OTHER)
    page = f"{loader(room)} try {{ {call.format(shop=shop)}; }} catch (LogicException $told) {{ echo $told->getMessage(); }}"
    page += " echo \"\\n[\", XPayClient_Library::backend(), '] ', implode(XPayClient_Library::why());"
    said, again = shops.page(kit.php(name), page, caching(room, "preloaded")).split("\n")
    assert said.startswith(f"The shop's [{shop}] ({shops.OTHER}) and the preloaded [{phps.CLASS}] ({shops.own()}) are not of")
    assert "then restart php-fpm. Nothing was sent. / " in said and "다시 시작하십시오" in said
    assert again == f"[] {said}"


def test_the_modern_class_beside_the_vendors(name: str, room: Path) -> None:
    """A shop in the middle of its move: the package leaves the name XPayClient to the vendor's file."""
    package(room, shops.own())
    vendors = room / "vendors.php"
    vendors.write_text(shops.VENDORS)
    page = "try { new XPay\\Client('/nowhere', 'test'); } catch (XPay\\ConfigError $told) { echo $told->getCode(), ' '; }"
    page += f" require '{vendors}'; echo (new XPayClient('/home', 'test'))->TX();"
    assert shops.page(kit.php(name), loader(room) + page, {"ffi.enable": "1"}) == "10001 vendor"


def package(room: Path, release: str) -> Path:
    """The Composer package's folder, of any release; its XPayClient.php."""
    shutil.copytree(phps.PACKAGE / "src/XPay", room / "src/XPay")
    return shops.copy(room / "src", LIBRARY, release=release)


def loader(room: Path) -> str:
    """Code that loads the package's classes, as Composer's loader does."""
    return f"spl_autoload_register(function ($class) {{ include '{room}/src/' . strtr($class, '\\\\', '/') . '.php'; }});"


def test_two_releases_in_one_request(name: str, tmp_path: Path, gateway: sandbox.Sandbox) -> None:
    """The first is used, and the other one says that it is not."""
    one, two = shops.copy(tmp_path / "one", LIBRARY), shops.copy(tmp_path / "two", LIBRARY, release=shops.OTHER)
    paid = f"require '{one}'; require '{two}';" + shops.paying(gateway, f"{phps.slug(name)}-two")
    said = shops.page(kit.php(name), paid, {"ffi.enable": "1"})
    assert f"Warning: Nothing of [{two}] ({shops.OTHER}) is used, because [{one}] ({shops.own()}) was first" in said
    assert said.endswith("ffi 0000 answered")


def test_the_vendors_class_in_the_same_request(name: str, tmp_path: Path) -> None:
    vendors = tmp_path / "vendors.php"
    vendors.write_text(shops.VENDORS)
    shop = shops.copy(tmp_path / "shop", BRIDGE)
    page = f"require '{vendors}'; require '{shop}'; $xpay = new XPayClient('/home', 'test'); echo $xpay->TX();"
    said = shops.page(kit.php(name), page)
    assert f"Warning: The class XPayClient is that of [{vendors}] already, so nothing of [{shop}] is used" in said
    assert said.endswith("vendor")
