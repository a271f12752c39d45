"""The evaluation app."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"

    def ready(self) -> None:
        from evaluation.services import forget_person
        from events.registry import forgets_people

        forgets_people(forget_person)
