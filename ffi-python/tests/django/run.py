#!/usr/bin/env python3
"""xpayclient.django and the shop of examples/django, against a sandbox over TLS, on SQLite and on PostgreSQL.

Each supported Django that a CPython here can run is tried with both databases. Django comes from PyPI and PostgreSQL's server
from the system; it is started in a directory of its own, heard at a socket there and nowhere else. What cannot be had is
skipped aloud. `--only` names a Django, as 5.2; what follows -- goes to pytest.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))
import environment  # noqa: E402
import package  # noqa: E402

import sandbox  # noqa: E402
from sandbox import ROOT  # noqa: E402

HERE = Path(__file__).resolve().parent
WORKSHOP = ROOT / "target/tests-django"
# Django, and the CPythons it is tried with: of those that are here the first.
DJANGOS = [("5.2", "Django~=5.2.0", ("3.11", "3.12", "3.13", "3.10")), ("6", "Django>=6.0,<7", ("3.12", "3.13", "3.14"))]
PACKAGES = ["psycopg[binary]~=3.2", "pytest", "pytest-django"]


def main():
    options = arguments()
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    package.lay_out(WORKSHOP / "package")
    shipped()
    with postgresql() as server, sandbox.running(WORKSHOP / "sandbox") as gateway:
        ran = [
            tried(name, wanted, pythons, server, gateway, options.rest)
            for name, wanted, pythons in DJANGOS
            if options.only in name
        ]
    if not any(ran):
        print("DJANGO TESTS NOT TRIED / Django 테스트를 하지 않음")
    elif options.only == "" and not options.rest:
        types(gateway.home)
    print(f"{sum(ran)} runs over databases and versions of Django passed")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="a part of Django's version")
    parser.add_argument("rest", nargs="*", help="for pytest")
    return parser.parse_args()


def tried(name, wanted, pythons, server, gateway, rest):
    """How many databases the suite passed with one Django."""
    found = dict(interpreters())
    version = next((version for version in pythons if version in found), None)
    if version is None:
        print(f"DJANGO {name} NOT TRIED: no CPython of {', '.join(pythons)} here / 이 컴퓨터에 맞는 CPython이 없음")
        return 0
    try:
        python = environment.made(f"django-{name}", [wanted, *PACKAGES], found[version])
    except subprocess.CalledProcessError as error:
        print(f"DJANGO {name} NOT TRIED: PyPI cannot be had ({error}) / PyPI를 쓸 수 없음")
        return 0
    databases = [("SQLite", {})] + ([("PostgreSQL", server)] if server else [])
    for database, variables in databases:
        print(f"== Django {name}, CPython {version}, {database}", flush=True)
        call = [
            python,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--confcutdir",
            HERE,
            "--basetemp",
            WORKSHOP / "temporary",
            *rest,
            HERE,
        ]
        subprocess.run(call, check=True, env=surroundings(gateway) | variables)
    return len(databases)


def surroundings(gateway):
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, [WORKSHOP / "package", ROOT / "examples/django", HERE, HERE.parent])),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DJANGO_SETTINGS_MODULE": "project",
        "XPAY_HOME": gateway.home,
        "XPAY_SANDBOX": json.dumps(gateway.facts),
        "SHOP_DATABASE": str(WORKSHOP / "shop.sqlite3"),
    }


def interpreters():
    """As ../run.py finds them."""
    spec = importlib.util.spec_from_file_location("wheel_tests", HERE.parent / "run.py")
    tests = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tests)
    return tests.interpreters()


@contextlib.contextmanager
def postgresql():
    """The variables that lead to a PostgreSQL of our own; None where there is none."""
    programs = programs_of_postgresql()
    if programs is None:
        print("POSTGRESQL NOT TRIED: it is not installed / PostgreSQL이 설치되어 있지 않아 테스트하지 않음")
        yield None
        return
    as_user, own = unprivileged()
    # Not below target/: its user may not come there, and a socket's path has to be short.
    directory = Path(tempfile.mkdtemp(prefix="xpay-pg-"))
    try:
        if own is not None:
            os.chown(directory, own.pw_uid, own.pw_gid)
        data, log = directory / "data", directory / "log"
        quietly = {"check": True, "stdout": subprocess.DEVNULL, "cwd": directory}
        subprocess.run([*as_user, programs / "initdb", "-A", "trust", "-U", "shop", "-N", "-D", data], **quietly)
        settings = f"-c listen_addresses='' -c unix_socket_directories={directory} -c fsync=off"
        server = [*as_user, programs / "pg_ctl", "-w", "-D", data, "-l", log]
        subprocess.run([*server, "-o", settings, "start"], **quietly)
        try:
            yield {"PGHOST": str(directory), "PGUSER": "shop", "PGDATABASE": "postgres"}
        finally:
            subprocess.run([*server, "-m", "immediate", "stop"], **quietly)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def programs_of_postgresql():
    """Debian keeps them out of the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


def unprivileged():
    """PostgreSQL refuses to run as root: then it runs as the user that its package made."""
    if os.geteuid() != 0:
        return [], None
    return ["runuser", "-u", "postgres", "--"], pwd.getpwnam("postgres")


def shipped():
    """The wheel, if there is one, has every file of the app: templates, translations, migrations."""
    wheel = next((ROOT / "dist").glob("*.whl"), None)
    if wheel is None:
        return
    names = set(zipfile.ZipFile(wheel).namelist())
    for file in sorted((package.SOURCES / "django").rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            name = f"xpayclient/{file.relative_to(package.SOURCES)}"
            if name not in names:
                sys.exit(f"the wheel has no {name}\n0 passed, 1 failed")


def types(home):
    """App and shop are typed throughout, as django-stubs sees it."""
    python = environment.made("django-types", ["Django~=5.2.0", "django-stubs==6.1.2", "mypy==2.4.1"])
    call = [python, "-m", "mypy", "--config-file", HERE / "mypy.ini", "-p", "xpayclient.django", "-p", "shop"]
    variables = os.environ | {
        "MYPYPATH": os.pathsep.join(map(str, [WORKSHOP / "package", ROOT / "examples/django"])),
        "PYTHONPATH": os.pathsep.join(map(str, [WORKSHOP / "package", ROOT / "examples/django"])),
        "XPAY_HOME": home,
    }
    subprocess.run(call, check=True, cwd=WORKSHOP, env=variables)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}\n0 passed, 1 failed")
