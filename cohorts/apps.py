"""The cohorts app."""

from django.apps import AppConfig


class CohortsConfig(AppConfig):
    name = "cohorts"

    def ready(self) -> None:
        from cohorts.services import forget_person
        from events.registry import forgets_people

        forgets_people(forget_person)
