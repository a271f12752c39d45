"""The annotations app."""

from django.apps import AppConfig


class AnnotationsConfig(AppConfig):
    name = "annotations"

    def ready(self) -> None:
        from annotations.tagging import ANNOTATIONS
        from tags.registry import register_tags

        register_tags(ANNOTATIONS)
