"""Organizations, members, projects, roles, access rules and secret keys in the admin site."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from tenants.models import (
    AccessControl,
    Membership,
    Organization,
    Project,
    ProjectSecretAPIKey,
    Role,
    RoleMembership,
)


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    list_display = ["name", "id", "created_at"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ["user", "organization", "level"]
    list_filter = ["level"]
    search_fields = ["user__email", "organization__name"]


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):
    list_display = ["id", "name", "organization", "created_at"]
    search_fields = ["name", "organization__name"]


@admin.register(Role)
class RoleAdmin(ReadOnlyAdmin):
    list_display = ["name", "id", "organization", "created_at"]
    search_fields = ["name", "organization__name"]


@admin.register(RoleMembership)
class RoleMembershipAdmin(ReadOnlyAdmin):
    list_display = ["user", "role", "joined_at"]
    search_fields = ["user__email", "role__name"]


@admin.register(AccessControl)
class AccessControlAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "project", "created_by", "updated_at"]
    list_filter = ["resource", "access_level"]
    search_fields = ["organization_member__user__email", "role__name", "project__name"]


@admin.register(ProjectSecretAPIKey)
class ProjectSecretAPIKeyAdmin(ReadOnlyAdmin):
    list_display = ["label", "mask_value", "project", "created_by", "last_used_at"]
    search_fields = ["label", "project__name"]
    exclude = ["secure_value"]
