#!/usr/bin/env python3
"""Installs into a directory of its own; programs outside the repository find it by pkg-config and by CMake, shared and static,
and pay; nothing is left after it was removed. The Debian packages the same.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import sandbox  # noqa: E402

WORKSHOP = ROOT / "target/tests-install"
ABI = re.search(r"^#define XPAY_ABI_VERSION (\d+)$", (ROOT / "include/xpayclient.h").read_text("utf-8"), re.MULTILINE)[1]
CMAKE = """cmake_minimum_required(VERSION 3.10)
project(shop CXX C)
find_package(xpayclient 0.1 REQUIRED)
add_executable(shared payment.c)
target_link_libraries(shared xpayclient::xpayclient)
add_executable(static payment.c)
target_link_libraries(static xpayclient::xpayclient_static)
add_executable(cpp payment.cpp)
target_compile_features(cpp PRIVATE cxx_std_11)
target_link_libraries(cpp xpayclient::xpayclient)
"""
passed = 0


def main():
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True)
    prefix = WORKSHOP / "prefix"
    make("install", PREFIX=prefix)
    with sandbox.running(WORKSHOP / "shop") as gateway, tempfile.TemporaryDirectory() as outside:
        outside = Path(outside)
        sample = re.search(r"^```c\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)[1]
        (outside / "payment.c").write_text(sample, "utf-8")
        shutil.copy(ROOT / "examples/cpp/payment.cpp", outside)
        for number, program in enumerate([*by_pkg_config(outside, prefix), *by_cmake(outside, prefix)]):
            pays(gateway, program, prefix, f"install-{number}")
    make("uninstall", PREFIX=prefix)
    expect(not files(prefix), f"left behind: {files(prefix)}")
    staged()
    packages()
    print(f"{passed} passed, 0 failed")


def by_pkg_config(outside, prefix):
    if not found("pkg-config"):
        return
    environment = {**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")}
    for name, asked, more in [("shared", [], []), ("static", ["--static"], ["-static"])]:
        call = ["pkg-config", "--cflags", "--libs", *asked, "xpayclient"]
        flags = subprocess.run(call, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout.split()
        # The C library's warning about static programs that resolve names is not our error.
        subprocess.run(
            ["cc", "payment.c", "-o", name, *more, *flags], cwd=outside, check=True, stderr=subprocess.DEVNULL if more else None
        )
        yield outside / name


def by_cmake(outside, prefix):
    if not found("cmake"):
        return
    (outside / "CMakeLists.txt").write_text(CMAKE, "utf-8")
    build = outside / "build"
    quiet = {"stdout": subprocess.DEVNULL, "check": True}
    subprocess.run(["cmake", "-S", outside, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}"], **quiet)
    subprocess.run(["cmake", "--build", build], **quiet)
    yield from [build / "shared", build / "static", build / "cpp"]


def pays(gateway, program, prefix, oid):
    environment = {**os.environ, "LD_LIBRARY_PATH": str(prefix / "lib")}
    more = ["23400"] if program.name == "cpp" else []
    call = [program, gateway.home, gateway.paykey(oid, 23400), *more]
    done = subprocess.run(call, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    expect(done.stdout.startswith("paid "), f"{program} said {done.stdout}")
    needs = subprocess.run(["readelf", "-d", program], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    expect((f"libxpayclient.so.{ABI}" in needs) == ("static" not in program.name), f"{program} is linked otherwise than asked")


def staged():
    """With DESTDIR everything is below it, and no file contains its path."""
    stage = WORKSHOP / "stage"
    make("install", PREFIX="/opt/xpay", DESTDIR=stage)
    expect({path.split("/")[0:2][1] for path in files(stage)} == {"xpay"}, f"outside of the prefix: {files(stage)}")
    for path in [path for path in stage.rglob("*") if path.suffix in (".pc", ".cmake")]:
        expect(str(stage) not in path.read_text("utf-8"), f"{path} names its DESTDIR")
    make("uninstall", PREFIX="/opt/xpay", DESTDIR=stage)
    expect(not files(stage), f"left behind: {files(stage)}")


def packages():
    """Installs the packages into a separate system, and removes them."""
    if not found("dpkg-deb"):
        return
    make("deb")
    system = WORKSHOP / "system"
    for directory in ["var/lib/dpkg/updates", "var/lib/dpkg/info", "var/log"]:
        (system / directory).mkdir(parents=True)
    (system / "var/lib/dpkg/status").touch()
    packages = sorted((ROOT / "dist/deb").glob("*.deb"))
    names = [package.name.split("_")[0] for package in packages]
    expect(names == ["libxpayclient-dev", f"libxpayclient{ABI}", "xpayclient"], f"made {names}")
    dpkg = ["dpkg", f"--root={system}", "--force-not-root", "--force-depends", "--force-script-chrootless", f"--log={system}/log"]
    subprocess.run([*dpkg, "--install", *packages], check=True, capture_output=True)
    lying = files(system / "usr")
    with_xpay = ["share/man/man1/xpay-pay.1.gz", "share/bash-completion/completions/xpay", "share/zsh/vendor-completions/_xpay"]
    for wanted in ["bin/xpay", "include/xpayclient.hpp", "share/man/man3/xpayclient.3.gz", *with_xpay]:
        expect(wanted in lying, f"{wanted} is in no package")
    expect(any(re.fullmatch(rf"lib/[^/]*/libxpayclient\.so\.{ABI}", path) for path in lying), "there is no link for the SONAME")
    subprocess.run([*dpkg, "--purge", *names], check=True, capture_output=True)
    expect(not files(system / "usr"), f"left behind: {files(system / 'usr')}")


def make(target, **variables):
    call = ["make", "--no-print-directory", target, *(f"{name}={value}" for name, value in variables.items())]
    subprocess.run(call, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def files(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if not path.is_dir() or path.is_symlink())


def found(command):
    if shutil.which(command):
        return True
    print(f"NOT TRIED WITH {command}: there is none here / 이 명령이 없어 테스트하지 않습니다")
    return False


def expect(holds, what):
    global passed
    if not holds:
        sys.exit(f"{what}\n{passed} passed, 1 failed")
    passed += 1


if __name__ == "__main__":
    main()
