"""The shop's settings. Deployment values come from the environment; the rest is Django's default template."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

# For trials only. A real shop uses its own secret key and keeps it private.
SECRET_KEY = os.environ.get("SHOP_SECRET_KEY", "only for trying out")
DEBUG = os.environ.get("SHOP_DEBUG", "1") == "1"
ALLOWED_HOSTS = os.environ.get("SHOP_HOSTS", "localhost 127.0.0.1").split()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    "store",
    "xpayclient.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Also where a token says who the buyer is: the window leads back to the browser that opened it.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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

ROOT_URLCONF = "store.urls"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SHOP_DATABASE", str(BASE_DIR / "store.sqlite3")),
        # The payments' own views and those of both APIs are outside of it.
        "ATOMIC_REQUESTS": True,
    }
}

LANGUAGE_CODE = "ko"
TIME_ZONE = "Asia/Seoul"
USE_TZ = True
STATIC_URL = "static/"
LOGIN_URL = "login"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}

XPAY = {
    "HOME_DIR": os.environ.get("XPAY_HOME", BASE_DIR / "lgdacom"),
    "CST_MID": os.environ.get("XPAY_MID", "lgdacomxpay"),
    "PLATFORM": os.environ.get("XPAY_PLATFORM", "test"),
    "BASE_URL": os.environ.get("SHOP_URL", ""),
    "NOTICE_ADDRESSES": os.environ.get("XPAY_NOTICE_ADDRESSES", "127.0.0.1 ::1").split(),
    "WINDOW_SCRIPT": os.environ.get("XPAY_WINDOW_JS", ""),
}
