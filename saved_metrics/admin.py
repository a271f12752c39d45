"""Saved metrics in the admin site, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from saved_metrics.models import SavedMetric


@admin.register(SavedMetric)
class SavedMetricAdmin(ReadOnlyAdmin):
    list_display = ["id", "name", "project", "created_at"]
    search_fields = ["name"]
