"""Kept identifiers in the admin site, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from evaluation.models import KeptIdentifier


@admin.register(KeptIdentifier)
class KeptIdentifierAdmin(ReadOnlyAdmin):
    list_display = ["person", "flag_key", "identifier", "project"]
    list_select_related = ["project"]
    search_fields = ["flag_key", "identifier"]
