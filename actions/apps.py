"""The actions app."""

from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "actions"

    def ready(self) -> None:
        from actions.tagging import ACTIONS
        from tags.registry import register_tags

        register_tags(ACTIONS)
