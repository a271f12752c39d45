"""Preferences in the admin site, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from profiles.models import Preferences


@admin.register(Preferences)
class PreferencesAdmin(ReadOnlyAdmin):
    list_display = ["user", "theme_mode", "toolbar_mode"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
