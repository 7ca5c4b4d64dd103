#!/usr/bin/env python3
"""Builds Debian packages in target/packages/deb: libxpayclient2 (the library), libxpayclient-dev (headers, files for linking), xpayclient (the
commands). The steps are debhelper's (packaging/debian), over files that are built already; the same commit gives the same bytes.

Usage: DEBFULLNAME=NAME DEBEMAIL=ADDRESS [OUT=target/packages/deb] [XPAY_BUILD=release] [XPAY_GZIP=1] deb.py   XPAY_GZIP packs quickly
       deb.py --may   fails without name and address, before anything is compiled
"""

from __future__ import annotations

import datetime
import email.utils
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import dep5
import facts
import staged
from sandbox import BRIDGE, BUILD, LIBRARY, ROOT, XPAY

OUT = ROOT / os.environ.get("OUT", "target/packages/deb")
TEMPLATES = ROOT / "packaging/debian"
# Debian's own package of the same version, were there one, is newer than this.
REVISION = "0upstream1"
# What is linked into the packages.
OF_LIBRARY = ["xpayclient-capi"]
OF_COMMANDS = ["xpayclient-cli", "xpayclient-bridge"]
KOREA = datetime.timezone(datetime.timedelta(hours=9))


def main() -> None:
    maintainer = name_and_address()
    if sys.argv[1:] == ["--may"]:
        return
    # What an install script or a debhelper step makes has the modes that it asks for.
    os.umask(0o022)
    with tempfile.TemporaryDirectory(dir=ROOT / "target", prefix="deb-") as work:
        source = Path(work) / "xpayclient"
        lay_out(source / "debian", maintainer)
        for file in ("CHANGELOG.md", "THIRD-PARTY-NOTICES"):
            shutil.copy(ROOT / file, source)
        shutil.copytree(ROOT / "examples", source / "examples")
        built(source)
        staged.delivered(Path(work).glob("*.deb"), OUT, f"*_{architecture()}.deb")


def name_and_address() -> str:
    """Who answers for the packages, by Debian's own variables."""
    name, address = os.environ.get("DEBFULLNAME"), os.environ.get("DEBEMAIL")
    if not name or not address:
        sys.exit(
            "The packages need a maintainer: set DEBFULLNAME and DEBEMAIL to your name and address\n"
            "패키지에는 관리자가 필요합니다. DEBFULLNAME과 DEBEMAIL에 이름과 메일 주소를 지정하십시오"
        )
    return f"{name} <{address}>"


def lay_out(debian: Path, maintainer: str) -> None:
    """The folder debian/ of a source package."""
    library = f"libxpayclient{facts.abi()}"
    home = facts.homepage()
    values = {"@MAINTAINER@": maintainer, "@ABI@": facts.abi(), "@HOMEPAGE@": f"Homepage: {home}\n" if home else ""}
    shutil.copytree(TEMPLATES, debian)
    for file in debian.glob("libxpayclient.*"):
        file.rename(debian / file.name.replace("libxpayclient", library, 1))
    template = debian / "control.in"
    template.with_suffix("").write_text(re.sub(r"@\w+@", lambda found: values[found[0]], template.read_text("utf-8")), "utf-8")
    template.unlink()
    (debian / "changelog").write_text(changelog(maintainer), "utf-8")
    for package, roots in {library: OF_LIBRARY, "libxpayclient-dev": OF_LIBRARY, "xpayclient": OF_COMMANDS}.items():
        (debian / f"{package}.copyright").write_text(dep5.copyright_file(roots), "utf-8")
    (debian / f"{library}.symbols").write_text(
        symbols(library, (ROOT / f"ffi-c/abi/{facts.abi()}.txt").read_text("utf-8")), "utf-8"
    )


def changelog(maintainer: str) -> str:
    """Debian's own, which tells of the packages: an entry for each version in CHANGELOG.md, which lies beside it."""
    entries = []
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    for version, state in re.findall(r"^## (\S+) - (Unreleased|[\d-]+)$", changes, re.MULTILINE):
        where = "UNRELEASED" if state == "Unreleased" else "unstable"
        head = f"xpayclient ({version}-{REVISION}) {where}; urgency=medium"
        what = f"  * New upstream version {version}; changelog.gz has its changes."
        entries.append(f"{head}\n\n{what}\n\n -- {maintainer}  {email.utils.format_datetime(day(state))}\n")
    return "\n".join(entries)


def day(state: str) -> datetime.datetime:
    """A release's day in Korea; the commit's time before that."""
    if state == "Unreleased":
        return datetime.datetime.fromtimestamp(facts.committed(), KOREA)
    return datetime.datetime.fromisoformat(state).replace(tzinfo=KOREA)


def symbols(library: str, listed: str) -> str:
    """Since which version the library has each function: a program needs at least the newest of those that it calls."""
    since, nodes, functions = "", set(), []
    for line in listed.splitlines():
        heading = re.fullmatch(r"# since (\S+)", line)
        if heading:
            since = heading[1]
            nodes.add(since)
        elif not line.startswith(("typedef", "#")) and (match := re.search(r"\b(xpay_\w+)\(", line)):
            functions.append(f" {match[1]}@XPAY_{since} {since}")
    # GNU's linker makes a symbol of each node, zig's makes none.
    own = [f" (optional)XPAY_{node}@XPAY_{node} {node}" for node in nodes]
    head = [f"libxpayclient.so.{facts.abi()} {library} #MINVER#", "* Build-Depends-Package: libxpayclient-dev"]
    return "\n".join([*head, *sorted(own), *sorted(functions)]) + "\n"


def architecture() -> str:
    """As Debian calls it. Of this machine its own word counts: a 32-bit system may run on a 64-bit kernel."""
    if staged.is_foreign():
        return staged.TARGET.debian
    return subprocess.run(["dpkg", "--print-architecture"], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout.strip()


def needs_libc_alone(files: list[Path]) -> None:
    """Whose package another library is in only a machine with that library knows."""
    shown = subprocess.run(["objdump", "-p", *files], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    others = {
        name
        for name in re.findall(r"NEEDED +(\S+)", shown)
        if not re.match(r"(libc|libm|libdl|librt|libpthread|libutil|ld-linux.*)\.so\.", name)
    }
    if others:
        sys.exit(
            f"{BUILD.relative_to(ROOT)} needs {', '.join(sorted(others))}, and only a machine with that knows whose package it is\n"
            f"{BUILD.relative_to(ROOT)}에는 {', '.join(sorted(others))}이(가) 필요합니다. 어느 패키지에 있는지는 그 시스템에서만 알 수 있습니다"
        )


def built(source: Path) -> None:
    """Runs debhelper's steps; the packages lie beside `source`."""
    variables = os.environ | {
        "SOURCE": str(ROOT),
        "SOURCE_DATE_EPOCH": str(facts.committed()),
        "XPAY_BUILD": BUILD.name,
        # dpkg-shlibdeps asks for the libc in which a function moved from libpthread: one that such a program does not need.
        "GLIBC": staged.glibc([LIBRARY, XPAY, BRIDGE]),
        "LC_ALL": "C.UTF-8",
        # Debugging information in packages of its own is for whoever builds with it.
        "DEB_BUILD_OPTIONS": "noautodbgsym",
    }
    if os.environ.get("XPAY_GZIP"):
        variables |= {"DPKG_DEB_COMPRESSOR_TYPE": "gzip", "DPKG_DEB_COMPRESSOR_LEVEL": os.environ["XPAY_GZIP"]}
    if staged.is_foreign():
        needs_libc_alone([LIBRARY, XPAY, BRIDGE])
        variables["DEB_BUILD_OPTIONS"] += " nostrip"
        # It asks for the platform's own, and this machine's reads what it wants to know.
        tools = source.parent / "tools"
        tools.mkdir()
        (tools / f"{staged.TARGET.processor}-linux-gnu-objdump").symlink_to(str(shutil.which("objdump")))
        variables["PATH"] = f"{tools}:{variables['PATH']}"
    call = ["dpkg-architecture", f"-a{architecture()}", "--command", "debian/rules binary"]
    done = subprocess.run(call, cwd=source, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.stderr.buffer.write(done.stdout)
        sys.exit("debhelper did not build the packages / debhelper가 패키지를 만들지 못했습니다")


if __name__ == "__main__":
    main()
