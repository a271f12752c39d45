"""The saved metrics app."""

from django.apps import AppConfig


class SavedMetricsConfig(AppConfig):
    name = "saved_metrics"

    def ready(self) -> None:
        from actions.registry import refers_to_actions
        from saved_metrics.references import by_action
        from saved_metrics.tagging import SAVED_METRICS
        from tags.registry import register_tags

        register_tags(SAVED_METRICS)
        refers_to_actions(by_action)
