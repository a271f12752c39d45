"""Admin pages for rows that only services may write."""

from django.contrib import admin
from django.http import HttpRequest

from core.models import CacheVersion


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows; changing them is the API's business, where the rules are."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(CacheVersion)
class CacheVersionAdmin(ReadOnlyAdmin):
    list_display = ["scope", "version"]
