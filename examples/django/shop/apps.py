"""The shop's app configuration."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"
    verbose_name = "상점"

    def ready(self) -> None:
        from . import receivers  # noqa: F401
