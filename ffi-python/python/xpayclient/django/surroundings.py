"""What the app needs of the project around it, and finds missing: apps, middleware, templates, URLs, a page to log in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings as project
from django.core.checks import CheckMessage, Error, Warning
from django.shortcuts import resolve_url
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, Resolver404, URLResolver, get_resolver, resolve, reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from . import urls

APP = "xpayclient.django"
# A shop takes payments without them.
MIDDLEWARE = (
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)
# The first for `xpay_form` on a page of the shop's own, the second for what the merchant's pages say of a refund.
CONTEXT_PROCESSORS = (
    "django.template.context_processors.request",
    "django.contrib.messages.context_processors.messages",
)


def found() -> Iterator[CheckMessage]:
    """All of it."""
    for needed in ("django.contrib.contenttypes", "django.contrib.sessions"):
        if not apps.is_installed(needed):
            yield Error(_("xpayclient.django needs %s in INSTALLED_APPS.") % needed, id="xpay.E015")
    yield from _middleware()
    yield from _templates()
    yield from _overrides()
    yield from _login()
    if project.SESSION_COOKIE_SAMESITE not in ("Lax", "Strict"):
        yield Warning(
            _("SESSION_COOKIE_SAMESITE is neither Lax nor Strict: payres needs it against forged requests."),
            id="xpay.W017",
        )


def _middleware() -> Iterator[CheckMessage]:
    if not _has("django.contrib.sessions.middleware.SessionMiddleware"):
        yield Error(_("xpayclient.django needs the SessionMiddleware."), id="xpay.E016")
    for needed in MIDDLEWARE:
        if not _has(needed):
            yield Warning(
                _("The merchant's pages need the %s.") % needed.rpartition(".")[2],
                hint=_("Add %s to MIDDLEWARE, after the SessionMiddleware.") % needed,
                id="xpay.W024",
            )


def _has(needed: str) -> bool:
    """Whether it, or one that is made of it, is in MIDDLEWARE."""
    return needed in project.MIDDLEWARE or any(_is_made_of(name, import_string(needed)) for name in project.MIDDLEWARE)


def _is_made_of(name: str, wanted: type) -> bool:
    try:
        known = import_string(name)
    except ImportError:
        # Django says so itself, when it starts to serve.
        return False
    return isinstance(known, type) and issubclass(known, wanted)


def _templates() -> Iterator[CheckMessage]:
    try:
        template = get_template("xpayclient/payreq.html")
    except TemplateDoesNotExist:
        yield Error(
            _("The templates of xpayclient.django are not found."),
            hint=_("Set APP_DIRS to True in TEMPLATES, for the backend DjangoTemplates."),
            id="xpay.E026",
        )
        return
    # A project may load it by another backend, which has no context processors.
    engine: Any = getattr(getattr(template, "backend", None), "engine", None)
    for needed in CONTEXT_PROCESSORS if engine else ():
        if needed not in engine.context_processors:
            yield Warning(
                _("The payment pages need the context processor %s.") % needed.rpartition(".")[2],
                hint=_("Add %s to the context_processors of TEMPLATES.") % needed,
                id="xpay.W027",
            )


def _overrides() -> Iterator[CheckMessage]:
    """Templates that replace those of this app are found only in an app that comes before it."""
    configs = list(apps.get_app_configs())
    later = configs[[config.name for config in configs].index(APP) + 1 :]
    for config in later:
        if (Path(config.path) / "templates/xpayclient").is_dir():
            yield Warning(
                _("The templates/xpayclient of %s replace nothing.") % config.name,
                hint=_("Put %s before xpayclient.django in INSTALLED_APPS.") % config.name,
                id="xpay.W029",
            )


def _login() -> Iterator[CheckMessage]:
    """Where the cards' and the merchant's pages send somebody who is not logged in."""
    try:
        address = urlsplit(resolve_url(project.LOGIN_URL))
        if not address.netloc:
            resolve(address.path)
    except (NoReverseMatch, Resolver404):
        yield Warning(
            _("LOGIN_URL (%s) leads to no page: who opens a page for merchants or kept cards gets a 404.") % project.LOGIN_URL,
            hint=_('Set LOGIN_URL to your login page, or to "admin:login" if only the merchant logs in.'),
            id="xpay.W023",
        )


def included() -> Iterator[CheckMessage]:
    """Whether the pages are among the project's URLs, under their own names."""
    try:
        reverse("xpay:returnurl")
    except NoReverseMatch:
        hint = _('Add path("xpay/", include("xpayclient.django.urls")) to the project\'s URLs.')
        names = next(_namespaces(get_resolver()), None)
        if names is None:
            yield Error(_("The URLs of xpayclient.django are not included."), hint=hint, id="xpay.E010")
        else:
            yield Error(
                _("The URLs of xpayclient.django are included as “%s”, and have to be “xpay”.") % ":".join(names),
                hint=hint,
                id="xpay.E028",
            )


def _namespaces(resolver: URLResolver) -> Iterator[list[str]]:
    """The namespaces under which the pages are included."""
    for inner in resolver.url_patterns:
        if isinstance(inner, URLResolver):
            own = [inner.namespace] if inner.namespace else []
            is_ours = inner.urlconf_module in (urls, urls.urlpatterns)
            deeper = iter([[]]) if is_ours else _namespaces(inner)
            yield from ([*own, *names] for names in deeper)
