"""The scheduled changes app."""

from django.apps import AppConfig


class ScheduledChangesConfig(AppConfig):
    name = "scheduled_changes"

    def ready(self) -> None:
        from scheduled_changes import approval_operations

        approval_operations.register_operations()
