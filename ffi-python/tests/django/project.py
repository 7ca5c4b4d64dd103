"""The shop's settings, with a database that other processes and threads may share."""

import os

from shop.settings import *  # noqa: F403

DEBUG = False
if "PGHOST" not in os.environ:
    DATABASES["default"] |= {  # noqa: F405
        "TEST": {"NAME": os.environ["SHOP_DATABASE"] + ".test"},
        # What a killed process committed stands without it, too; nothing here kills the machine.
        "OPTIONS": {"init_command": "PRAGMA synchronous=OFF"},
    }
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
