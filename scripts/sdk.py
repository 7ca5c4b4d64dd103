#!/usr/bin/env python3
"""Builds target/packages/sdk/xpayclient-sdk-VERSION-PLATFORM.tar.gz, of Windows .zip: library, headers, commands and examples for systems without
our packages. It is unpacked anywhere; pkg-config and CMake find the files from where their own lie.

Usage: [OUT=target/packages/sdk] [XPAY_BUILD=release] sdk.py
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

import archive
import facts
import staged
from sandbox import ROOT
from staged import TARGET

OUT = ROOT / os.environ.get("OUT", "target/packages/sdk")
# Where the files never lie: whoever still names it is seen at once.
PREFIX = "/xpayclient-sdk"


def main() -> None:
    name = f"xpayclient-sdk-{facts.version()}"
    with tempfile.TemporaryDirectory(dir=ROOT / "target", prefix="sdk-") as work:
        staged.installed(Path(work), PREFIX, f"{PREFIX}/lib")
        root = Path(work) / PREFIX[1:]
        # Units name the place of the commands; this one nobody knows.
        shutil.rmtree(root / "lib/systemd", ignore_errors=True)
        # Where it lies is where its prefix is, also without --define-prefix.
        found = root / "lib/pkgconfig/xpayclient.pc"
        found.write_text(found.read_text("utf-8").replace(f"prefix={PREFIX}", "prefix=${pcfiledir}/../.."), "utf-8")
        staged.examples(root / "examples")
        staged.licences(root)
        staged.preview(root)
        shutil.rmtree(root / "share/doc")
        (root / "README.md").write_text(readme(root), "utf-8")
        file = Path(work) / f"{name}-{TARGET.platform}.{'zip' if TARGET.system == 'windows' else 'tar.gz'}"
        if TARGET.system == "windows":
            archive.zipped(file, root, name)
        else:
            archive.packed(file, archive.folder(root, name))
        staged.delivered([file], OUT, f"*-{TARGET.platform}.*")


def readme(root: Path) -> str:
    described = (root / "lib/pkgconfig/xpayclient.pc").read_text("utf-8")
    values = {"VERSION": facts.version(), "SYSTEM": re.findall(r"^Libs\.private: (.*)$", described, re.MULTILINE)[0]}
    if TARGET.system == "linux":
        values["LIBC"] = staged.libc([root / "bin/xpay", root / "bin/xpay-bridge", root / "lib/libxpayclient.so"])
    template = ROOT / f"packaging/sdk/README{'-windows' if TARGET.system == 'windows' else ''}.md.in"
    return re.sub(r"@([A-Z]+)@", lambda found: values[found[1]], template.read_text("utf-8"))


if __name__ == "__main__":
    main()
