"""Results that were computed, and computations under way; all can be computed again."""

from django.db import models
from django.utils import timezone

from core.db.columns import DocumentColumn
from core.models import Model


class StoredResult(Model):
    """The answer to a question, and the state of the events that it was computed from."""

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    # A hash of everything that the answer depends on, but for the events.
    digest = models.CharField(max_length=64)
    # How far the events had come.
    basis = models.CharField(max_length=100, blank=True)
    document = DocumentColumn(null=True)
    computed_at = models.DateTimeField(null=True)
    # Until when somebody may be computing it: others wait for them.
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "digest"], name="result_is_stored_once")
        ]
        indexes = [models.Index(fields=["computed_at"], name="results_by_age")]

    def __str__(self) -> str:
        return f"{self.digest[:12]} of project {self.project_id}"


class QueryRun(Model):
    """A query that is computed in the background, and how it went."""

    # What the client asks for it by.
    name = models.CharField(max_length=128)
    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    picked_up_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_cancelled = models.BooleanField(default=False)
    error_message = models.TextField(blank=True)
    results = DocumentColumn(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="query_run_is_named_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="query_runs_by_age")]

    def __str__(self) -> str:
        return self.name
