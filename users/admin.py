"""Users and keys in the admin site; the value of a key is nowhere to be seen."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest

from users.models import PersonalAPIKey, User


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    ordering = ["email"]
    list_display = ["email", "first_name", "last_name", "is_active", "is_staff"]
    search_fields = ["email", "first_name", "last_name"]
    list_filter = ["is_active", "is_staff"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "role_at_organization"]}),
        ("Access", {"fields": ["is_active", "is_staff", "is_superuser", "current_project"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "password1", "password2"]})]


@admin.register(PersonalAPIKey)
class PersonalAPIKeyAdmin(admin.ModelAdmin):
    list_display = ["label", "mask_value", "user", "created_at", "last_used_at"]
    search_fields = ["label", "user__email"]
    readonly_fields = ["id", "user", "mask_value", "created_at", "last_used_at", "last_rolled_at"]
    exclude = ["secure_value"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        # A key's value is shown once, by the command or the endpoint that makes it.
        return False
