"""The PHPs of this machine: the system's own, and 7.4 if scripts/php74 could install it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sandbox import ROOT

PACKAGE = ROOT / "ffi-php"
CLASS = PACKAGE / "src/XPayClient.php"
OLD = ROOT / "target/php74"
# The PHPs that are tested. One that is missing is said aloud (tests/kit.py).
NAMES = ("PHP 8", "PHP 7.4")


def found(program: str = "php") -> dict[str, str]:
    """The program of each PHP by name; `program` may also be php-fpm. Empty if there is none."""
    # Debian's name of php-fpm contains the version, and its directory is only in root's PATH.
    own = shutil.which(program) or next(map(str, sorted(Path("/usr/sbin").glob(f"{program}8*"))), None)
    known = {"PHP 8": own, "PHP 7.4": str(OLD / program) if (OLD / program).exists() else None}
    return {name: path for name, path in known.items() if path is not None}


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
