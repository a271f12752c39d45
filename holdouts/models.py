"""Holdouts."""

from django.db import models

from core.db.cache_versions import invalidates_cache
from core.models import TimestampedModel


@invalidates_cache(project="project")
class Holdout(TimestampedModel):
    """A share of people whom no experiment of this holdout reaches."""

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=400)
    description = models.CharField(max_length=400, null=True, blank=True)
    filters = models.JSONField(default=list)
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["project", "-created_at", "-id"], name="holdouts_newest_first")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"
