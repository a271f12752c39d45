"""Organizations, their members and their projects."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import models
from django.utils import timezone

from core.db.cache_versions import invalidates_cache
from core.identifiers import uuid7
from core.models import Model, TimestampedModel
from tenants.models.deletable import Deletable, hidden_rows
from users.tokens import random_token


def new_project_token() -> str:
    """Return a fresh public token of a project."""
    return "phc_" + random_token(size=32)


class StatsMethod(models.TextChoices):
    BAYESIAN = "bayesian"
    FREQUENTIST = "frequentist"


class WeekStart(models.IntegerChoices):
    SUNDAY = 0
    MONDAY = 1


@invalidates_cache()
class Organization(Deletable, TimestampedModel):
    """Who owns projects."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=64)
    slug = models.SlugField(max_length=48, unique=True)
    default_stats_method = models.CharField(
        max_length=20, choices=StatsMethod.choices, default=StatsMethod.BAYESIAN
    )
    members_can_invite = models.BooleanField(default=True)
    members_can_use_personal_api_keys = models.BooleanField(default=True)
    is_ai_data_processing_approved = models.BooleanField(default=False)

    class Meta:
        indexes = [hidden_rows("deleted_organizations")]

    def __str__(self) -> str:
        return self.name


@invalidates_cache()
class Membership(Model):
    """A user's place in an organization."""

    class Level(models.IntegerChoices):
        MEMBER = 1
        ADMIN = 8
        OWNER = 15

    # Whether any rule says who may do what in the project; who looks it up with one knows.
    has_access_rules = True

    # What the wire knows it by.
    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="memberships")
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.MEMBER)
    joined_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], name="user_belongs_to_organization_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}"

    @property
    def member_email(self) -> str:
        return self.user.email

    @property
    def is_admin(self) -> bool:
        return self.level >= self.Level.ADMIN


@invalidates_cache()
class Project(Deletable, TimestampedModel):
    """The tenant: everything experiments need lives in one."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="projects"
    )
    name = models.CharField(max_length=200)
    api_token = models.CharField(max_length=200, unique=True, default=new_project_token)
    # Hashes of the secret token, and of the one before it; only the answer to a rotation has it.
    secret_token_hash = models.CharField(max_length=100, null=True, editable=False)
    secret_token_backup_hash = models.CharField(max_length=100, null=True, editable=False)
    product_description = models.TextField(max_length=1000, null=True, blank=True)
    timezone = models.CharField(max_length=240, default="UTC")
    week_start_day = models.SmallIntegerField(choices=WeekStart.choices, null=True, blank=True)
    app_urls = models.JSONField(default=list, blank=True)
    # Whether an event has ever arrived.
    ingested_event = models.BooleanField(default=False)
    anonymize_ips = models.BooleanField(default=False)
    test_account_filters = models.JSONField(default=list, blank=True)
    test_account_filters_default_checked = models.BooleanField(null=True, blank=True)
    flags_persistence_default = models.BooleanField(null=True, blank=True)
    default_stats_method = models.CharField(
        max_length=20, choices=StatsMethod.choices, null=True, blank=True
    )
    default_confidence_level = models.DecimalField(
        max_digits=3, decimal_places=2, null=True, blank=True
    )

    class Meta:
        indexes = [hidden_rows("deleted_projects")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(default_confidence_level__isnull=True)
                | models.Q(default_confidence_level__gt=0, default_confidence_level__lt=1),
                name="confidence_level_is_a_share",
            )
        ]

    # The value of the secret token, known only while it is made; the one before it never is.
    secret_api_token: str | None = None
    secret_api_token_backup: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    @property
    def zone(self) -> tzinfo:
        # A name that the system does not know, or that is none, counts as UTC.
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return UTC
