"""Actions in the admin site, to look at."""

from django.contrib import admin

from actions.models import Action
from core.admin import ReadOnlyAdmin


@admin.register(Action)
class ActionAdmin(ReadOnlyAdmin):
    list_display = ["id", "name", "project", "deleted"]
    list_filter = ["deleted"]
    search_fields = ["name"]
