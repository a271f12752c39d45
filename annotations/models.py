"""Annotations."""

from django.db import models

from core.models import TimestampedModel

MAX_TITLE_LENGTH = 400


class Annotation(TimestampedModel):
    """A note about a moment; deleting one keeps its row."""

    class CreationType(models.TextChoices):
        USER = "USR", "user"
        GITHUB = "GIT", "GitHub"

    class Scope(models.TextChoices):
        INSIGHT = "dashboard_item", "insight"
        DASHBOARD = "dashboard", "dashboard"
        PROJECT = "project", "project"
        ORGANIZATION = "organization", "organization"
        RECORDING = "recording", "recording"
        TAG = "tag", "tag"

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    content = models.CharField(max_length=8192, null=True, blank=True)
    date_marker = models.DateTimeField(null=True, blank=True)
    creation_type = models.CharField(
        max_length=3, choices=CreationType.choices, default=CreationType.USER
    )
    scope = models.CharField(max_length=24, choices=Scope.choices, default=Scope.INSIGHT)
    tags = models.JSONField(default=list, blank=True)
    emoji = models.CharField(max_length=16, null=True, blank=True)
    hidden_in_user_interface = models.BooleanField(null=True)
    deleted = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    # What the wire tells of an annotation and this server has nothing like.
    dashboard_item = dashboard_id = None

    class Meta:
        indexes = [
            models.Index(
                fields=["project", "-date_marker", "-id"],
                condition=models.Q(deleted=False),
                name="annotations_latest_first",
            ),
            models.Index(
                fields=["project", "scope"],
                condition=models.Q(deleted=False),
                name="annotations_of_a_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.pk})"

    @property
    def title(self) -> str:
        """Return what people know the annotation by."""
        return (self.content or "")[:MAX_TITLE_LENGTH]
