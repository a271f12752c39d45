"""The roles app."""

from django.apps import AppConfig


class RolesConfig(AppConfig):
    name = "roles"
