"""The app of what every endpoint shares; it owns the idempotency keys."""

from django.apps import AppConfig


class APIConfig(AppConfig):
    name = "api"
