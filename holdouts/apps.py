"""The holdouts app."""

from django.apps import AppConfig


class HoldoutsConfig(AppConfig):
    name = "holdouts"

    def ready(self) -> None:
        from holdouts import approval_operations

        approval_operations.register_operations()
