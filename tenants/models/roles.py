"""Roles and who is in them."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from core.db.cache_versions import invalidates_cache
from core.identifiers import uuid7
from core.models import Model, TimestampedModel


class Role(TimestampedModel):
    """A named group of members of one organization."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        "tenants.Organization", on_delete=models.CASCADE, related_name="roles"
    )
    name = models.CharField(max_length=200)
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", Lower("name"), name="role_name_is_taken_once_in_organization"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"


@invalidates_cache()
class RoleMembership(Model):
    """A user's place in a role."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+")
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "user"], name="user_is_in_role_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.role}"
