"""Actions of a project."""

from django.db import models

from core.db.cache_versions import invalidates_cache
from core.db.columns import DocumentColumn
from core.models import TimestampedModel


@invalidates_cache(project="project")
class Action(TimestampedModel):
    """A named event definition; metrics refer to it by id and show its current name."""

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=400)
    description = models.TextField(blank=True)
    # What matches: any of these steps, each with an event, property filters and a URL.
    steps = DocumentColumn(default=list, blank=True)
    deleted = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"
