"""The app of the shop."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "store"

    def ready(self) -> None:
        from . import receivers  # noqa: F401
