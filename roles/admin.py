"""Roles in the admin site, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from roles.models import Role, RoleMembership


@admin.register(Role)
class RoleAdmin(ReadOnlyAdmin):
    list_display = ["name", "id", "organization", "created_at"]
    search_fields = ["name", "organization__name"]


@admin.register(RoleMembership)
class RoleMembershipAdmin(ReadOnlyAdmin):
    list_display = ["user", "role", "joined_at"]
    search_fields = ["user__email", "role__name"]
