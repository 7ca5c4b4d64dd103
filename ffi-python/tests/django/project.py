"""The shop's settings, with a database that other processes and threads may share, at the isolation that is asked for."""

import os

from shop.settings import *  # noqa: F403

DEBUG = False
_database = DATABASES["default"]  # noqa: F405
_isolation = os.environ.get("SHOP_ISOLATION", "")
if _database["ENGINE"].endswith("sqlite3"):
    _database |= {
        "TEST": {"NAME": os.environ["SHOP_DATABASE"] + ".test"},
        # What a killed process committed stands without it, too; nothing here kills the machine.
        "OPTIONS": {"init_command": "PRAGMA synchronous=OFF"},
    }
elif _isolation and _database["ENGINE"].endswith("mysql"):
    _database["OPTIONS"] = {"isolation_level": _isolation}
elif _isolation:
    from psycopg import IsolationLevel

    _database["OPTIONS"] = {"isolation_level": IsolationLevel[_isolation.upper().replace(" ", "_")]}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
