"""The console app: pages for people, made of static files that call the public API."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "console"
