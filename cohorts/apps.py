"""The cohorts app."""

from django.apps import AppConfig


class CohortsConfig(AppConfig):
    name = "cohorts"

    def ready(self) -> None:
        from actions.registry import knows_cohorts, refers_to_actions
        from cohorts.references import by_action
        from cohorts.selectors import unknown_cohorts
        from cohorts.services import forget_person
        from events.registry import forgets_people

        forgets_people(forget_person)
        refers_to_actions(by_action)
        knows_cohorts(unknown_cohorts)
