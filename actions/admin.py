"""Actions in the admin site, the place where they are made."""

from django.contrib import admin

from actions.models import Action


@admin.register(Action)
class ActionAdmin(admin.ModelAdmin):
    list_display = ["id", "name", "project", "deleted"]
    list_filter = ["deleted"]
    search_fields = ["name"]
