"""The app of results."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "results"

    def ready(self) -> None:
        """Tell which sources the metrics of experiments need."""
        from events.facts import wanted_by
        from results.services.wanted import wanted_sources

        wanted_by(wanted_sources)
