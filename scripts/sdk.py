#!/usr/bin/env python3
"""Builds target/packages/sdk/xpayclient-sdk-VERSION-linux-….tar.gz: library, headers, commands and examples for systems without our packages. It is
unpacked anywhere; pkg-config and CMake find the files from where their own lie.

Usage: [OUT=target/packages/sdk] [XPAY_BUILD=release] sdk.py
"""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from pathlib import Path

import archive
import facts
import staged
from sandbox import ROOT

OUT = ROOT / os.environ.get("OUT", "target/packages/sdk")
# Where the files never lie: whoever still names it is seen at once.
PREFIX = "/xpayclient-sdk"


def main() -> None:
    name = f"xpayclient-sdk-{facts.version()}"
    with tempfile.TemporaryDirectory(dir=ROOT / "target", prefix="sdk-") as work:
        staged.installed(Path(work), PREFIX, f"{PREFIX}/lib")
        root = Path(work) / PREFIX[1:]
        # Units name the place of the commands; this one nobody knows.
        shutil.rmtree(root / "lib/systemd")
        # Where it lies is where its prefix is, also without --define-prefix.
        found = root / "lib/pkgconfig/xpayclient.pc"
        found.write_text(found.read_text("utf-8").replace(f"prefix={PREFIX}", "prefix=${pcfiledir}/../.."), "utf-8")
        staged.examples(root / "examples")
        staged.licences(root)
        shutil.rmtree(root / "share/doc")
        readme = (ROOT / "packaging/sdk/README.md.in").read_text("utf-8")
        readme = readme.replace("@VERSION@", facts.version()).replace(
            "@GLIBC@", staged.glibc([root / "bin/xpay", root / "bin/xpay-bridge", root / "lib/libxpayclient.so"])
        )
        (root / "README.md").write_text(readme, "utf-8")
        file = Path(work) / f"{name}-linux-{platform.machine()}.tar.gz"
        archive.packed(file, archive.folder(root, name))
        staged.delivered([file], OUT, "*.tar.gz")


if __name__ == "__main__":
    main()
