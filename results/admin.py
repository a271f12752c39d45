"""Computed results in the admin site, to look at and to delete."""

from django.contrib import admin

from results.models import (
    DailyResult,
    QueryRun,
    Recalculation,
    StoredResult,
    TimeseriesRun,
)


@admin.register(StoredResult)
class StoredResultAdmin(admin.ModelAdmin):
    list_display = ["digest", "project", "basis", "computed_at"]


@admin.register(QueryRun)
class QueryRunAdmin(admin.ModelAdmin):
    list_display = ["name", "project", "created_at", "ended_at", "error_message"]


@admin.register(DailyResult)
class DailyResultAdmin(admin.ModelAdmin):
    list_display = ["experiment", "metric_uuid", "day", "status", "computed_at"]


@admin.register(TimeseriesRun)
class TimeseriesRunAdmin(admin.ModelAdmin):
    list_display = ["id", "experiment", "metric_uuid", "status", "created_at"]


@admin.register(Recalculation)
class RecalculationAdmin(admin.ModelAdmin):
    list_display = ["id", "experiment", "status", "trigger", "created_at", "completed_at"]
