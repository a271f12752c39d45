"""The access control app."""

from django.apps import AppConfig


class AccessControlConfig(AppConfig):
    name = "access_control"
