"""The jar as a shop takes it: what is in it, programs compiled against it, and what they hear if something is missing."""

from __future__ import annotations

import re
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest

import jar
import javas
from sandbox import Sandbox
from tests import kit

from .conftest import HERE, java, program

# The members of the vendor's generations: compiled pages have these types in their code.
VENDORS = {
    "lgdacom.XPayClient.XPayClient": [
        "public java.lang.String m_szResCode",
        "public java.lang.String m_szResMsg",
        "public lgdacom.XPayClient.XPayClient()",
        "public boolean Init(java.lang.String, java.lang.String)",
        "public boolean Init(java.lang.String)",
        "public boolean InitFile(java.lang.String, java.lang.String)",
        "public void SetConfig(java.lang.String, java.lang.String)",
        "public boolean Init_TX(java.lang.String)",
        "public void Set(java.lang.String, java.lang.String)",
        "public boolean TX()",
        "public java.lang.String Response(java.lang.String, int)",
        "public int ResponseCount()",
        "public int ResponseNameCount()",
        "public java.lang.String ResponseName(int)",
        "public boolean Rollback(java.lang.String)",
        "public boolean Patch(java.lang.String)",
        "public void Log(java.lang.String)",
        "public void Log(java.lang.String, int)",
        "public java.lang.String URL()",
        "public java.lang.String GetTimeStamp()",
        f"public java.lang.String GetHashData({', '.join(['java.lang.String'] * 4)})",
        f"public java.lang.String GetHashDataCas({', '.join(['java.lang.String'] * 5)})",
        f"public java.lang.String GetHashDataOpenpay({', '.join(['java.lang.String'] * 5)})",
    ],
    "lgdacom.XPayClient.Config": ["public static java.lang.String value(java.lang.String)"],
    "lgdacom.XPayClient.XPayUtil": [
        "public lgdacom.XPayClient.XPayUtil()",
        "public static boolean Init(java.lang.String)",
        "public static java.lang.String GetTimeStamp()",
        f"public static java.lang.String GetHashData({', '.join(['java.lang.String'] * 4)})",
        f"public static java.lang.String GetHashDataOpenpay({', '.join(['java.lang.String'] * 5)})",
    ],
}


def names(packed: Path, folder: str) -> list[str]:
    with zipfile.ZipFile(packed) as archive:
        return [name for name in archive.namelist() if name.startswith(folder) and name.endswith(".class")]


def shown(packed: Path, *classes: str) -> str:
    """The public members, as javap writes them."""
    return kit.run(["javap", "-public", "-cp", f"{packed}:{jar.JNA}", *classes])


def test_the_vendors_members_are_there_with_their_types(packed: Path) -> None:
    for name, members in VENDORS.items():
        found = {line.strip().rstrip(";") for line in shown(packed, name).splitlines()}
        assert set(members) <= found, f"{name} lacks {set(members) - found}"
        assert "throws" not in shown(packed, name)


def test_pages_that_import_all_get_no_other_name(packed: Path) -> None:
    found = {Path(name).stem for name in names(packed, "lgdacom/XPayClient/") if "$" not in name}
    classes = [f"lgdacom.XPayClient.{name}" for name in found]
    public = set(re.findall(r"^public (?:final )?class lgdacom\.XPayClient\.(\w+)", shown(packed, *classes), re.MULTILINE))
    assert public == {"XPayClient", "Config", "XPayUtil"}


def test_the_oldest_java_that_this_jdk_can_make_reads_it(packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        versions = {struct.unpack(">H", archive.read(name)[6:8])[0] for name in archive.namelist() if name.endswith(".class")}
    # 51 is Java 7.
    assert versions == {44 + jar.oldest()}


def test_the_jar_names_its_release_first(packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        assert archive.namelist()[0] == "META-INF/MANIFEST.MF"
        manifest = archive.read("META-INF/MANIFEST.MF").decode()
        pom = archive.read("META-INF/maven/xpayclient/xpayclient/pom.xml").decode()
        assert {"META-INF/LICENSE-MIT", "META-INF/THIRD-PARTY-NOTICES"} <= set(archive.namelist())
    version = packed.stem.removeprefix("xpayclient-")
    assert f"Implementation-Version: {version}\n" in manifest and f"<version>{version}</version>" in pom


def test_the_same_sources_give_the_same_bytes(packed: Path, tmp_path: Path) -> None:
    assert jar.made(tmp_path).read_bytes() == packed.read_bytes()


@pytest.fixture(scope="module")
def payres(packed: Path, workshop: Path) -> str:
    """The class path of the page of ten lines."""
    return program("Payres", packed, workshop / "payres")


def said(name: str, path: str, *arguments: str, options: tuple[str, ...] = ()) -> str:
    call = [java(name), *javas.NATIVE, *options, "-cp", path, *arguments]
    done = subprocess.run(call, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=300)
    print(done.stdout)
    return done.stdout


@pytest.mark.parametrize("name", javas.NAMES)
def test_a_page_of_ten_lines_pays_with_the_jar_alone(name: str, payres: str, gateway: Sandbox) -> None:
    paykey = gateway.paykey(f"ten-lines-{name.replace(' ', '-')}", 23400)
    assert re.search(r"^paid 23400, LGD_TID \w+$", said(name, payres, "Payres", gateway.home, paykey), re.MULTILINE)


def test_without_jna_the_page_says_what_is_missing(packed: Path, payres: str, gateway: Sandbox) -> None:
    printed = said("Java", payres.replace(f"{jar.JNA}:", ""), "Payres", gateway.home, "k")
    assert "90099 지금은 결제 서비스를 이용할 수 없습니다" in printed
    assert "jna-5.x.jar is missing: put it beside xpayclient.jar" in printed and "Exception in" not in printed


def test_a_library_that_is_not_there_is_named(payres: str, gateway: Sandbox) -> None:
    printed = said("Java", payres, "Payres", gateway.home, "k", options=("-Dxpayclient.library=/nowhere/libxpayclient.so",))
    assert "90099 " in printed and "/nowhere/libxpayclient.so" in printed and "libxpayclient cannot be loaded" in printed


def test_a_directory_where_nothing_can_be_unpacked_is_named(payres: str, gateway: Sandbox) -> None:
    printed = said("Java", payres, "Payres", gateway.home, "k", options=("-Djna.tmpdir=/proc/nowhere",))
    assert (
        "90099 " in printed and "it cannot be unpacked" in printed and "/proc/nowhere" in printed and "-Djna.tmpdir=…" in printed
    )


def test_of_two_applications_the_second_hears_why_jna_does_not_load_twice(packed: Path, workshop: Path) -> None:
    """JNA of Debian has its library in the system, and a JVM loads that for one class loader. That of Maven Central has it inside."""
    classes = workshop / "applications"
    jar.compiled(classes, HERE / "Applications.java", release=javas.PROGRAMS)
    printed = said("Java", str(classes), "Applications", str(packed), str(jar.JNA))
    assert re.search(r"^1 true $", printed, re.MULTILINE)
    assert re.search(r"^2 (true $|false JNA cannot load its own library: .*into the server's lib)", printed, re.MULTILINE)
    # A page may compare them with what a browser has sent.
    refused = re.findall(r"^signed refused:(\S{8,})$", printed, re.MULTILINE)
    assert len(set(refused)) == 4


def test_a_library_of_another_program_is_refused(payres: str, gateway: Sandbox) -> None:
    printed = said("Java", payres, "Payres", gateway.home, "k", options=("-Dxpayclient.library=c",))
    assert "90099 " in printed and "libxpayclient cannot be loaded" in printed


def test_a_member_of_the_reference_is_described(tmp_path: Path) -> None:
    java("Java")
    jar.javadoc(tmp_path / "javadoc")
    assert (tmp_path / "javadoc/xpayclient/Client.html").exists() and not (tmp_path / "javadoc/xpayclient/internal").exists()
