"""Flags in the admin site, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from feature_flags.models import FeatureFlag


@admin.register(FeatureFlag)
class FeatureFlagAdmin(ReadOnlyAdmin):
    list_display = ["id", "key", "project", "active", "deleted", "version"]
    list_filter = ["active", "deleted"]
    search_fields = ["key", "name"]
