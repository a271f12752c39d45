"""Preferences in the admin site, to look at."""

from django.contrib import admin

from accounts.models import Preferences
from core.admin import ReadOnlyAdmin


@admin.register(Preferences)
class PreferencesAdmin(ReadOnlyAdmin):
    list_display = ["user", "theme_mode", "toolbar_mode"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
