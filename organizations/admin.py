"""Invitations in the admin site, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from organizations.models import OrganizationInvite


@admin.register(OrganizationInvite)
class OrganizationInviteAdmin(ReadOnlyAdmin):
    list_display = ["target_email", "organization", "level", "created_at"]
    list_select_related = ["organization"]
    search_fields = ["target_email", "organization__name"]
