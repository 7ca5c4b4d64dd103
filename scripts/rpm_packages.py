#!/usr/bin/env python3
"""Builds target/packages/rpm with Fedora's names: xpayclient-libs, xpayclient-devel, and xpayclient with the commands. rpmbuild packs files that
are built already; the same commit gives the same bytes.

Usage: [OUT=target/packages/rpm] [XPAY_BUILD=release] [XPAY_GZIP=1] rpm_packages.py   XPAY_GZIP packs quickly
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import deb
import dep5
import facts
import staged
from sandbox import ROOT

OUT = ROOT / os.environ.get("OUT", "target/packages/rpm")
# What rpmbuild takes from the machine otherwise: name, time, compression, and where libraries lie.
DEFINED = {
    "_buildhost": "reproducible",
    "_binary_payload": f"w{os.environ['XPAY_GZIP']}.gzdio" if os.environ.get("XPAY_GZIP") else "w9.xzdio",
    "_libdir": "/usr/lib64",
    "_docdir": "/usr/share/doc",
    "clamp_mtime_to_source_date_epoch": "1",
    "use_source_date_epoch_as_buildtime": "1",
    "source_date_epoch_from_changelog": "0",
}


def main() -> None:
    # Not in target/: rpmbuild splits its directories' names at spaces.
    with tempfile.TemporaryDirectory(prefix="xpayclient-rpm-") as work:
        stage = Path(work) / "stage"
        lay_out(stage)
        staged.settled(stage)
        home = facts.homepage()
        values = {"VERSION": facts.version(), "STAGE": str(stage), "LIBRARY": dep5.expression(deb.OF_LIBRARY)}
        values["COMMANDS"] = dep5.expression(deb.OF_COMMANDS)
        values["HOMEPAGE"] = f"URL: {home}\n" if home else ""
        template = (ROOT / "packaging/rpm/xpayclient.spec.in").read_text("utf-8")
        spec = Path(work) / "xpayclient.spec"
        spec.write_text(re.sub(r"@(\w+)@", lambda found: values[found[1]], template), "utf-8")
        built(spec, Path(work))
        staged.delivered(Path(work).glob("packages/*/*.rpm"), OUT, f"*.{staged.TARGET.processor}.rpm")


def lay_out(stage: Path) -> None:
    staged.installed(stage, "/usr", "/usr/lib64")
    for unit in (stage / "usr/lib/systemd/system").iterdir():
        # As whom Fedora's php-fpm runs.
        unit.write_text(unit.read_text("utf-8").replace("=www-data", "=apache"), "utf-8")
    share = stage / "usr/share"
    shutil.rmtree(share / "doc")
    for package in ("xpayclient", "xpayclient-libs", "xpayclient-devel"):
        staged.licences(share / "licenses" / package)
    staged.examples(share / "doc/xpayclient-devel/examples")
    for page in sorted(share.glob("man/**/*.[13]")):
        page.with_name(f"{page.name}.gz").write_bytes(gzip.compress(page.read_bytes(), mtime=0))
        page.unlink()


def built(spec: Path, work: Path) -> None:
    defined = {**DEFINED, "_topdir": str(work / "top"), "_rpmdir": str(work / "packages"), "_dbpath": str(work / "db")}
    options = [word for name, value in defined.items() for word in ("--define", f"{name} {value}")]
    variables = os.environ | {"SOURCE_DATE_EPOCH": str(facts.committed()), "LC_ALL": "C.UTF-8"}
    call: list[str | Path] = ["rpmbuild", "-bb", "--target", f"{staged.TARGET.processor}-linux", *options, spec]
    done = subprocess.run(call, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.stderr.buffer.write(done.stdout)
        sys.exit("rpmbuild did not build the packages / rpmbuild가 패키지를 만들지 못했습니다")


if __name__ == "__main__":
    main()
