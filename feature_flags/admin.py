"""Flags in the admin site, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from feature_flags.models import FeatureFlag, FlagCohort, FlagDependency


@admin.register(FeatureFlag)
class FeatureFlagAdmin(ReadOnlyAdmin):
    list_display = ["id", "key", "project", "active", "deleted", "version"]
    list_filter = ["active", "deleted"]
    search_fields = ["key", "name"]


@admin.register(FlagDependency)
class FlagDependencyAdmin(ReadOnlyAdmin):
    list_display = ["id", "flag", "needed"]
    list_select_related = ["flag", "needed"]


@admin.register(FlagCohort)
class FlagCohortAdmin(ReadOnlyAdmin):
    list_display = ["id", "flag", "cohort"]
    list_select_related = ["flag", "cohort"]
