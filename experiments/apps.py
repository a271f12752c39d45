"""The experiments app."""

from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    name = "experiments"

    def ready(self) -> None:
        from experiments import approval_actions, receivers

        receivers.connect()
        approval_actions.register_operations()
