"""Scheduled changes in the admin site, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from scheduled_changes.models import ScheduledChange


@admin.register(ScheduledChange)
class ScheduledChangeAdmin(ReadOnlyAdmin):
    list_display = ["id", "flag", "scheduled_at", "is_recurring", "executed_at", "failure_reason"]
