"""The shop's settings. Deployment values come from the environment; the rest is Django's default template."""

import os
from importlib.util import find_spec
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

# For trials only. A real shop uses its own secret key and keeps it private.
SECRET_KEY = os.environ.get("SHOP_SECRET_KEY", "only for trying out")
DEBUG = os.environ.get("SHOP_DEBUG", "1") == "1"
ALLOWED_HOSTS = os.environ.get("SHOP_HOSTS", "localhost 127.0.0.1").split()

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Before xpayclient.django: its templates/xpayclient/base.html gives the payment pages the shop's layout.
    "shop",
    "xpayclient.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

ROOT_URLCONF = "shop.urls"

# SQLite in one file, or PostgreSQL with its usual variables (PGHOST, PGPORT, PGUSER, PGPASSWORD), or MariaDB and MySQL with
# MYSQL_HOST (a name, or a socket's path), MYSQL_PORT, MYSQL_USER, MYSQL_PASSWORD.
_SERVERS = {"PG": "postgresql", "MYSQL_": "mysql"}
_named = next((prefix for prefix in _SERVERS if f"{prefix}HOST" in os.environ), None)
if _named:
    DATABASES = {
        "default": {
            "ENGINE": f"django.db.backends.{_SERVERS[_named]}",
            "NAME": os.environ.get(f"{_named}DATABASE", "shop"),
            **{name: os.environ.get(_named + name, "") for name in ("HOST", "PORT", "USER", "PASSWORD")},
        }
    }
    if _named == "MYSQL_" and not find_spec("MySQLdb"):
        # Without mysqlclient. PyMySQL needs no compiler.
        import pymysql

        pymysql.install_as_MySQLdb()
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ.get("SHOP_DATABASE", str(BASE_DIR / "shop.sqlite3")),
        }
    }

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
TIME_ZONE = "Asia/Seoul"
USE_TZ = True
STATIC_URL = "static/"
LOGIN_URL = "login"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

XPAY = {
    "HOME_DIR": os.environ.get("XPAY_HOME", BASE_DIR / "lgdacom"),
    "CST_MID": os.environ.get("XPAY_MID", "lgdacomxpay"),
    "PLATFORM": os.environ.get("XPAY_PLATFORM", "test"),
    "BASE_URL": os.environ.get("SHOP_URL", ""),
    "NOTICE_ADDRESSES": os.environ.get("XPAY_NOTICE_ADDRESSES", "127.0.0.1 ::1").split(),
    "WINDOW_SCRIPT": os.environ.get("XPAY_WINDOW_JS", ""),
    "RECEIPT_SCRIPT": os.environ.get("XPAY_RECEIPT_JS", ""),
    "SHOP_NAME": "모의상점",
    "CEO_NAME": "홍길동",
    "SHOP_PHONE": "02-0000-0000",
    "BUSINESS_NUMBER": "1234567890",
}
