"""The shop's settings, with a database that other processes and threads may share."""

import os

from shop.settings import *  # noqa: F403

DEBUG = False
if "PGHOST" not in os.environ:
    DATABASES["default"]["TEST"] = {"NAME": os.environ["SHOP_DATABASE"] + ".test"}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
