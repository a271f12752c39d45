"""The feature flags app."""

from django.apps import AppConfig


class FeatureFlagsConfig(AppConfig):
    name = "feature_flags"

    def ready(self) -> None:
        from feature_flags import approval_operations
        from feature_flags.tagging import FLAGS
        from tags.registry import register_tags

        register_tags(FLAGS)
        approval_operations.register_operations()
