"""Registers the system checks of the house."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core.ops import checks  # noqa: F401 (it registers)
