"""The feature flags app."""

from django.apps import AppConfig


class FeatureFlagsConfig(AppConfig):
    name = "feature_flags"
