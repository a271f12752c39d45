"""Repeatable requests in the admin site, to look at; how they were answered is not shown."""

from django.contrib import admin

from api.models import IdempotencyKey
from core.admin import ReadOnlyAdmin


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "user", "key", "status"]
    list_select_related = ["user"]
    search_fields = ["key", "user__email"]
    fields = ["user", "key", "status", "created_at"]
