"""Rules that say who may do what in a project."""

from django.db import models
from django.db.models.functions import Coalesce

from core.db.cache_versions import invalidates_cache
from core.identifiers import uuid7
from core.models import TimestampedModel
from tenants.levels import EXPERIMENT, PROJECT, scale_of

_OF_PROJECTS = models.Q(resource=PROJECT)
# A rule about all things of a kind names no object; a null would not be compared.
_TARGET = ("project", "resource", Coalesce("resource_id", models.Value("")))


@invalidates_cache()
class AccessControl(TimestampedModel):
    """A rule: the level that a member, a role or everybody has in a part of a project."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(
        "tenants.Project", on_delete=models.CASCADE, related_name="access_controls"
    )
    resource = models.CharField(max_length=32)
    # Without it the rule is about all things of the kind.
    resource_id = models.CharField(max_length=36, null=True)
    access_level = models.CharField(max_length=16)
    # With neither of the two the rule is for everybody.
    organization_member = models.ForeignKey(
        "tenants.Membership", on_delete=models.CASCADE, null=True, related_name="+"
    )
    role = models.ForeignKey("tenants.Role", on_delete=models.CASCADE, null=True, related_name="+")
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organization_member=None) | models.Q(role=None),
                name="access_rule_is_for_a_member_or_a_role",
            ),
            models.CheckConstraint(
                condition=models.Q(_OF_PROJECTS, access_level__in=scale_of(PROJECT).levels)
                | models.Q(~_OF_PROJECTS, access_level__in=scale_of(EXPERIMENT).levels),
                name="access_level_is_known",
            ),
            models.UniqueConstraint(
                *_TARGET,
                "organization_member",
                condition=models.Q(organization_member__isnull=False),
                name="access_rule_of_member_is_told_once",
            ),
            models.UniqueConstraint(
                *_TARGET,
                "role",
                condition=models.Q(role__isnull=False),
                name="access_rule_of_role_is_told_once",
            ),
            models.UniqueConstraint(
                *_TARGET,
                condition=models.Q(organization_member=None, role=None),
                name="access_rule_of_everybody_is_told_once",
            ),
        ]

    def __str__(self) -> str:
        who = self.organization_member or self.role or "everybody"
        return f"{self.access_level} of {self.resource} {self.resource_id or '*'} for {who}"
