"""Computed results in the admin site, to look at and to delete."""

from django.contrib import admin

from results.models import QueryRun, StoredResult


@admin.register(StoredResult)
class StoredResultAdmin(admin.ModelAdmin):
    list_display = ["digest", "project", "basis", "computed_at"]


@admin.register(QueryRun)
class QueryRunAdmin(admin.ModelAdmin):
    list_display = ["name", "project", "created_at", "ended_at", "error_message"]
