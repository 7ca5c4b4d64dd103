#!/usr/bin/env python3
"""The PHP tests in every installed PHP, with FFI and pipe, against a sandbox over TLS: PHPUnit's, and the syntax of every file.

PHP 7.4 comes from Debian 11's packages (scripts/php74). Where it cannot be had, that is said aloud.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import phps  # noqa: E402

import sandbox  # noqa: E402
from sandbox import ROOT  # noqa: E402

WORKSHOP = ROOT / "target/tests-php"


def main():
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    programs = phps.found()
    if not programs:
        print("PHP IS NOT TESTED: there is none here / PHP가 없어 테스트하지 않습니다")
        return 0
    failed = [name for name, php in programs.items() if not syntax(php)]
    validate = ["composer", "validate", "--strict", "--quiet", phps.PACKAGE / "composer.json"]
    subprocess.run(validate, check=True, env=phps.quiet())
    autoload = phps.project(WORKSHOP / "project") / "autoload.php"
    for name, php in programs.items():
        for backend in ("ffi", "pipe"):
            # One sandbox for each: a test would find what another one left unconfirmed.
            directory = WORKSHOP / f"{name}-{backend}".replace(" ", "-")
            with sandbox.running(directory) as gateway:
                print(f"== {name}, {backend}", flush=True)
                if subprocess.run(phpunit(php), env=environment(php, backend, gateway, autoload)).returncode:
                    failed.append(f"{name} by {backend}")
    if "PHP 7.4" not in programs:
        print("PHP 7.4 IS NOT TESTED / PHP 7.4는 테스트하지 않았습니다")
    print(*(f"FAILED {what}" for what in failed), sep="\n")
    return len(failed) != 0


def syntax(php):
    """Whether this PHP version accepts the syntax of every file."""
    files = [*phps.PACKAGE.rglob("*.php"), *(ROOT / "examples/php").rglob("*.php"), *(ROOT / "tests").rglob("*.php")]
    files = [file for file in files if "vendor" not in file.parts]
    checked = [subprocess.run([php, "-l", file], stdout=subprocess.DEVNULL).returncode == 0 for file in files]
    return all(checked)


def phpunit(php):
    return [php, "-d", "include_path=/usr/share/php", "/usr/bin/phpunit", "--configuration", ROOT / "ffi-php/phpunit.xml"]


def environment(php, backend, gateway, autoload):
    release = ROOT / "target/release"
    ours = {
        "XPAY_PHP": php,
        "XPAY_HOME": gateway.home,
        "XPAY_SANDBOX": gateway.directory,
        "XPAYCLIENT_AUTOLOAD": autoload,
        "XPAYCLIENT_BACKEND": backend,
        "XPAYCLIENT_CLASS": phps.CLASS,
        "XPAYCLIENT_COMMAND": release / "xpay",
        "XPAYCLIENT_HEADER": ROOT / "include/xpayclient.h",
        "XPAYCLIENT_LIB": release / "libxpayclient.so",
        "XPAYCLIENT_VERSION": version(),
    }
    return {**os.environ, **{name: str(value) for name, value in ours.items()}}


def version():
    told = subprocess.run([ROOT / "target/release/xpay", "--version"], stdout=subprocess.PIPE, encoding="utf-8").stdout
    return told.split()[1]


if __name__ == "__main__":
    sys.exit(main())
