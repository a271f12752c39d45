"""The app of results."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "results"

    def ready(self) -> None:
        """Tell which sources the metrics of experiments need, and who is in a cohort."""
        from events.facts import wanted_by
        from events.registry import knows_cohorts
        from results.services.cohorts import cohorts_of
        from results.services.wanted import wanted_sources

        wanted_by(wanted_sources)
        knows_cohorts(cohorts_of)
