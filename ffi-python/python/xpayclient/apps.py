"""Only for Django, which finds it where INSTALLED_APPS names "xpayclient": the app is "xpayclient.django".

Nothing else imports this file, so that the package needs no Django.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


class NotTheApp(AppConfig):
    """Says so. Without it Django would take the package for an app without tables, templates and checks."""

    name = "xpayclient"
    # "xpayclient" is the app's own.
    label = "xpayclient_package"

    def ready(self) -> None:
        """Registers the check."""
        register(_check)


def _check(app_configs: Any, **_more: object) -> list[CheckMessage]:
    # The app's translations are not there.
    return [
        Error(
            'INSTALLED_APPS has "xpayclient", which is the library. / INSTALLED_APPS의 "xpayclient"는 라이브러리입니다.',
            hint='Write "xpayclient.django" in its place. / "xpayclient.django"로 바꾸십시오.',
            id="xpay.E021",
        )
    ]
