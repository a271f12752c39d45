"""The scheduled changes app."""

from django.apps import AppConfig


class ScheduledChangesConfig(AppConfig):
    name = "scheduled_changes"

    def ready(self) -> None:
        from scheduled_changes import approval_actions

        approval_actions.register_operations()
