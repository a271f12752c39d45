"""Actions of a project."""

from django.db import models

from core.db.cache_versions import invalidates_cache
from core.models import TimestampedModel


@invalidates_cache(project="project")
class Action(TimestampedModel):
    """A named event definition; metrics refer to it by id. Deleting one keeps its row."""

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=400, null=True, blank=True)
    description = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    # What matches: any of these steps, each with an event, property filters, a URL and an element.
    steps = models.JSONField(default=list, blank=True)
    # Kept for clients: nothing is posted from here.
    post_to_slack = models.BooleanField(default=False)
    slack_message_format = models.CharField(max_length=1200, blank=True)
    pinned_at = models.DateTimeField(null=True, blank=True)
    folder = models.TextField(null=True, blank=True)
    deleted = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["project", "-created_at", "-id"],
                condition=models.Q(deleted=False),
                name="actions_newest_first",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"],
                condition=models.Q(deleted=False, name__isnull=False),
                name="live_action_name_is_unique_in_project",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    @property
    def title(self) -> str:
        """Return what people know the action by."""
        return self.name or f"Action {self.pk}"
