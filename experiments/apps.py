"""The experiments app."""

from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    name = "experiments"

    def ready(self) -> None:
        from actions.registry import refers_to_actions
        from experiments import approval_operations, receivers
        from experiments.models import Experiment
        from experiments.references import by_action
        from experiments.tagging import EXPERIMENTS
        from feature_flags import drivers
        from tags.registry import register_tags

        drivers.register(Experiment)
        register_tags(EXPERIMENTS)
        refers_to_actions(by_action)

        receivers.connect()
        approval_operations.register_operations()
