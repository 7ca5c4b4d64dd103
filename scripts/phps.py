"""The PHPs of this machine: the system's own, and the oldest and the newest if scripts/debian-php could get them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sandbox import ROOT

PACKAGE = ROOT / "ffi-php"
CLASS = PACKAGE / "src/XPayClient.php"
# Where scripts/debian-php puts those of other Debians.
OTHERS = {"PHP 7.4": ROOT / "target/php74", "PHP 8.4": ROOT / "target/php84"}
SYSTEM = Path("/etc/os-release")
# The PHPs that are tested. One that is missing is said aloud (tests/kit.py). Debian 13's own is the newest.
NEWEST = () if SYSTEM.exists() and "VERSION_CODENAME=trixie" in SYSTEM.read_text("utf-8") else ("PHP 8.4",)
NAMES = ("PHP 8", "PHP 7.4", *NEWEST)


def found(program: str = "php") -> dict[str, str]:
    """The program of each PHP by name; `program` may also be php-fpm or phpunit. Empty if there is none."""
    # Debian's name of php-fpm contains the version, and its directory is only in root's PATH.
    own = shutil.which(program) or next(map(str, sorted(Path("/usr/sbin").glob(f"{program}8*"))), None)
    others = {name: str(OTHERS[name] / program) for name in NAMES[1:] if (OTHERS[name] / program).exists()}
    return {**({"PHP 8": own} if own else {}), **others}


def preloading(directory: Path, library: Path) -> list[str]:
    """Options of preloading_settings for a command line."""
    return [part for name, value in preloading_settings(directory, library).items() for part in ("-d", f"{name}={value}")]


def preloading_settings(directory: Path, library: Path) -> dict[str, str]:
    """Settings that allow FFI only to preloaded code, with XPayClient and its declarations preloaded."""
    header = directory / "preloaded.h"
    header.write_text((PACKAGE / "xpayclient-ffi.h").read_text("utf-8").replace('"libxpayclient.so"', f'"{library}"'), "utf-8")
    return {
        "ffi.enable": "preload",
        "ffi.preload": str(header),
        "opcache.enable": "1",
        "opcache.enable_cli": "1",
        "opcache.preload": str(PACKAGE / "preload.php"),
        # PHP preloads nothing as root.
        "opcache.preload_user": "nobody" if os.geteuid() == 0 else "",
    }


def slug(name: str) -> str:
    """A PHP's name within a test's."""
    return name.lower().replace(" ", "").replace(".", "")
