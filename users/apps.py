"""Connects the users app to logins."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "users"

    def ready(self) -> None:
        from users import receivers  # noqa: F401 (it connects)
