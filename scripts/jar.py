#!/usr/bin/env python3
"""Makes the jar: both faces for Java, with the library of each platform that is built, its sources, and its javadoc.

Usage: jar.py   makes target/jar with XPAY_BUILD=portable (`make jar`): xpayclient-VERSION.jar, -sources.jar, -javadoc.jar
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import archive
import facts
import staged
import targets
from sandbox import BUILD, ROOT

TARGET = ROOT / "target/jar"
SOURCES = ROOT / "ffi-java/src"
# JNA's names of the platforms it knows. It knows no musl: Alpine's Java is told the file.
FOLDERS = {
    "linux-x86_64": "linux-x86-64",
    "linux-aarch64": "linux-aarch64",
    "linux-i686": "linux-x86",
    "windows-x86_64": "win32-x86-64",
    "windows-i686": "win32-x86",
    "darwin-aarch64": "darwin-aarch64",
}
# The oldest that shops run; a JDK of 20 or newer cannot make it any more.
OLDEST = 7
# Where Debian has JNA, of whose release ours is compiled against, and tried with.
JNA = Path("/usr/share/java/jna.jar")
MANIFEST = """\
Manifest-Version: 1.0
Implementation-Title: xpayclient
Implementation-Version: {version}
Automatic-Module-Name: xpayclient

"""


def compiled(classes: Path, sources: Path, *libraries: Path, release: int = 0) -> None:
    """Compiles a file, or all below a folder: for this Java, or for the oldest that this JDK can make."""
    files = sorted(sources.rglob("*.java")) if sources.is_dir() else [sources]
    # JUnit's and pages' own ways: an object that only closes, a static member of an object.
    options = ["-Xlint:all,-options,-try,-static", "-Werror", "-proc:none", "-encoding", "UTF-8"]
    path = ":".join(map(str, [JNA, *libraries]))
    call: list[str | Path] = ["javac", "--release", str(release or oldest()), *options, "-cp", path, "-d", classes]
    subprocess.run([*call, *files], check=True)


@functools.cache
def oldest() -> int:
    """The oldest release that this JDK compiles for, from 7 on."""
    call = ["javac", "-J-Duser.language=en", "--help"]
    said = subprocess.run(call, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    return max(OLDEST, int(re.findall(r"Supported releases:\s*(\d+)", said)[0]))


def made(directory: Path, builds: Iterable[str] = (BUILD.name,)) -> Path:
    """The jar in `directory`, with the library of each build."""
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "target", prefix="jar-") as work:
        root = Path(work) / "jar"
        (root / "META-INF").mkdir(parents=True)
        compiled(root, SOURCES)
        (root / "META-INF/MANIFEST.MF").write_text(MANIFEST.format(version=facts.version()), "utf-8")
        staged.licences(root / "META-INF")
        pom = root / "META-INF/maven/xpayclient/xpayclient"
        pom.mkdir(parents=True)
        shutil.copy(ROOT / "ffi-java/pom.xml", pom)
        for build in builds:
            target = targets.of_build(build)[1]
            folder = root / FOLDERS[target.platform]
            folder.mkdir()
            shutil.copy(ROOT / "target" / build / target.library, folder)
            staged.preview(folder, target)
        file = directory / f"xpayclient-{facts.version()}.jar"
        archive.zipped(file, root, "")
    return file


def documented(directory: Path) -> None:
    """The sources, and the javadoc of what shops call."""
    name = f"xpayclient-{facts.version()}"
    archive.zipped(directory / f"{name}-sources.jar", SOURCES, "")
    with tempfile.TemporaryDirectory(dir=ROOT / "target", prefix="javadoc-") as work:
        javadoc(Path(work) / "javadoc")
        archive.zipped(directory / f"{name}-javadoc.jar", Path(work) / "javadoc", "")


def javadoc(directory: Path) -> None:
    """The reference, as a folder of pages. A public member without a description, or a wrong link, fails."""
    options = ["-quiet", "-Xdoclint:all,-missing", "-Werror", "-encoding", "UTF-8", "-charset", "UTF-8", "-notimestamp"]
    packages = ["-cp", str(JNA), "-sourcepath", str(SOURCES), "lgdacom.XPayClient", "xpayclient"]
    subprocess.run(["javadoc", *options, "-d", directory, *packages], check=True, stdout=subprocess.PIPE)


def builds() -> list[str]:
    """This machine's, and what lies in target/ of the platforms that JNA knows."""
    known = [target for target in targets.TARGETS if target.platform in FOLDERS and target.state != "built"]
    names = [targets.directory(targets.of_build(BUILD.name)[0], target) for target in known]
    return [name for name in dict.fromkeys([BUILD.name, *names]) if (ROOT / "target" / name).is_dir()]


if __name__ == "__main__":
    shutil.rmtree(TARGET, ignore_errors=True)
    print(made(TARGET, builds()))
    documented(TARGET)
