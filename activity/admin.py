"""The history in the admin site, to look at."""

from django.contrib import admin

from activity.models import ActivityLog
from core.admin import ReadOnlyAdmin


@admin.register(ActivityLog)
class ActivityLogAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "user", "activity", "subject", "item_id", "project"]
    list_filter = ["activity", "subject"]
    list_select_related = ["user", "project"]
    search_fields = ["item_id", "user__email"]
