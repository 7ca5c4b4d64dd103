"""The PHPs of this machine: the system's own, and 7.4 if scripts/php74 could install it."""

import json
import os
import shutil
import subprocess

from sandbox import ROOT

PACKAGE = ROOT / "ffi-php"
CLASS = PACKAGE / "src/XPayClient.php"
OLD = ROOT / "target/php74"
# As `make php-package` leaves it.
DIST = ROOT / "target/php-package"


def found(program="php"):
    """The program of each PHP by name; `program` may also be php-fpm. Empty if there is none."""
    own = shutil.which(program) or next(map(str, sorted(ROOT.__class__("/usr/sbin").glob(f"{program}8*"))), None)
    known = {"PHP 8": own, "PHP 7.4": OLD / program if (OLD / program).exists() else None}
    return {name: path for name, path in known.items() if path is not None}


def preloading(directory, library):
    """Options of preloading_settings for a command line."""
    return [part for name, value in preloading_settings(directory, library).items() for part in ("-d", f"{name}={value}")]


def preloading_settings(directory, library):
    """Settings that allow FFI only to preloaded code, with XPayClient and its declarations preloaded."""
    header = directory / "preloaded.h"
    header.write_text((PACKAGE / "xpayclient-ffi.h").read_text().replace('"libxpayclient.so"', f'"{library}"'))
    return {
        "ffi.enable": "preload",
        "ffi.preload": header,
        "opcache.enable": 1,
        "opcache.enable_cli": 1,
        "opcache.preload": PACKAGE / "preload.php",
        # PHP preloads nothing as root.
        "opcache.preload_user": "nobody" if os.geteuid() == 0 else "",
    }


def project(directory):
    """A project that requires the package, as Composer installs it; its vendor directory."""
    directory.mkdir(parents=True, exist_ok=True)
    package = {"type": "path", "url": str(DIST), "options": {"symlink": True}}
    # Only local packages: no registry is used.
    manifest = {"repositories": [package, {"packagist": False}], "require": {"xpayclient/xpayclient": "*@dev"}}
    (directory / "composer.json").write_text(json.dumps(manifest))
    subprocess.run(["composer", "install", "--quiet", "--no-interaction"], cwd=directory, check=True, env=quiet())
    return directory / "vendor"


def quiet():
    """An environment without questions and warnings from Composer."""
    return {**os.environ, "COMPOSER_ALLOW_SUPERUSER": "1", "COMPOSER_HOME": str(ROOT / "target/composer")}
