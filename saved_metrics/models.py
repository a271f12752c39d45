"""Saved metrics."""

from django.db import models

from core.db.cache_versions import invalidates_cache
from core.models import TimestampedModel


@invalidates_cache(project="project")
class SavedMetric(TimestampedModel):
    """A metric definition that experiments share by reference."""

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=400)
    description = models.CharField(max_length=400, null=True, blank=True)
    query = models.JSONField()
    tags = models.JSONField(default=list, blank=True)
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                "project", models.functions.Lower("name"), "id", name="saved_metrics_by_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"
