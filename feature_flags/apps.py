"""The feature flags app."""

from django.apps import AppConfig


class FeatureFlagsConfig(AppConfig):
    name = "feature_flags"

    def ready(self) -> None:
        from feature_flags import approval_actions

        approval_actions.register_operations()
