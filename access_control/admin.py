"""Access rules in the admin site, to look at."""

from django.contrib import admin

from access_control.models import AccessControl
from core.admin import ReadOnlyAdmin


@admin.register(AccessControl)
class AccessControlAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "project", "created_by", "updated_at"]
    list_filter = ["resource", "access_level"]
    search_fields = ["organization_member__user__email", "role__name", "project__name"]
