"""The app of the flags of an organization."""

from django.apps import AppConfig


class OrganizationFlagsConfig(AppConfig):
    name = "organization_flags"
