"""The experiments app."""

from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    name = "experiments"

    def ready(self) -> None:
        from experiments import approval_actions, receivers
        from experiments.models import Experiment
        from feature_flags import drivers

        drivers.register(Experiment)

        receivers.connect()
        approval_actions.register_operations()
