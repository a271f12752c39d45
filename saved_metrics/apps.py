"""The saved metrics app."""

from django.apps import AppConfig


class SavedMetricsConfig(AppConfig):
    name = "saved_metrics"
