#!/usr/bin/env python3
"""Extracts the texts of the Django app (django.po) and compiles them for each language (django.mo)."""

from __future__ import annotations

import subprocess
import sys

import environment
import package

APP = package.SOURCES / "django"


def main() -> None:
    call = [str(environment.django_shop()), "-m", "django"]
    subprocess.run([*call, "makemessages", "-l", "ko", "-l", "en", "--no-location", "--no-obsolete"], cwd=APP, check=True)
    subprocess.run([*call, "compilemessages"], cwd=APP, check=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}")
