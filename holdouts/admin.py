"""Holdouts in the admin site, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from holdouts.models import Holdout


@admin.register(Holdout)
class HoldoutAdmin(ReadOnlyAdmin):
    list_display = ["id", "name", "project", "created_at"]
    search_fields = ["name"]
