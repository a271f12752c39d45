"""The holdouts app."""

from django.apps import AppConfig


class HoldoutsConfig(AppConfig):
    name = "holdouts"
