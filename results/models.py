"""Results that were computed, and computations under way; all can be computed again."""

from django.db import models
from django.utils import timezone

from core.identifiers import uuid7
from core.models import Model


class StoredResult(Model):
    """The answer to a question, and the state of the events that it was computed from."""

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    # A hash of everything that the answer depends on, but for the events.
    digest = models.CharField(max_length=64)
    # How far the events had come.
    basis = models.CharField(max_length=100, blank=True)
    # As text: its bytes, and so the ETag of an answer, stay what they are.
    body = models.TextField(blank=True)
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
    # Null in rows of earlier versions, which nobody is shown.
    experiment = models.ForeignKey(
        "experiments.Experiment", null=True, on_delete=models.CASCADE, related_name="+"
    )
    requester = models.ForeignKey(
        "users.User", null=True, on_delete=models.CASCADE, related_name="+"
    )
    # A hash of what is computed.
    digest = models.CharField(max_length=64, blank=True, db_default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    picked_up_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error_message = models.TextField(blank=True)
    results = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="query_run_is_named_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="query_runs_by_age")]

    def __str__(self) -> str:
        return self.name


class DailyResult(Model):
    """What a metric had come to at the end of a day of the project, cumulative from the start."""

    class Status(models.TextChoices):
        COMPLETED = "completed"
        FAILED = "failed"

    experiment = models.ForeignKey(
        "experiments.Experiment", on_delete=models.CASCADE, related_name="+"
    )
    metric_uuid = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=200)
    day = models.DateField()
    status = models.CharField(max_length=20, choices=Status.choices)
    result = models.JSONField(null=True)
    error_message = models.TextField(blank=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "metric_uuid", "fingerprint", "day"],
                name="daily_result_is_stored_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric_uuid} on {self.day}"

    @property
    def has_failed(self) -> bool:
        return self.status == self.Status.FAILED


class RunStatus(models.TextChoices):
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"


ACTIVE = (RunStatus.PENDING, RunStatus.IN_PROGRESS)


class TimeseriesRun(Model):
    """A computation of all days of a metric."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    experiment = models.ForeignKey(
        "experiments.Experiment", on_delete=models.CASCADE, related_name="+"
    )
    metric = models.JSONField()
    metric_uuid = models.CharField(max_length=200, blank=True)
    fingerprint = models.CharField(max_length=200)
    status = models.CharField(max_length=20, choices=RunStatus.choices, default=RunStatus.PENDING)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "fingerprint"],
                condition=models.Q(status__in=ACTIVE),
                name="timeseries_run_is_active_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.id}: {self.status}"


class Recalculation(Model):
    """A computation of all metrics of an experiment, metric by metric."""

    class Trigger(models.TextChoices):
        MANUAL = "manual"
        AGENT_MCP = "agent_mcp"
        COLD_RUN = "cold_run"
        STALE_REFRESH = "stale_refresh"
        AUTO_REFRESH = "auto_refresh"
        CONFIG_CHANGE = "config_change"
        EXPERIMENT_LAUNCH = "experiment_launch"
        EXPERIMENT_STOP = "experiment_stop"
        EXPERIMENT_UPDATE = "experiment_update"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    experiment = models.ForeignKey(
        "experiments.Experiment", on_delete=models.CASCADE, related_name="+"
    )
    status = models.CharField(max_length=20, choices=RunStatus.choices, default=RunStatus.PENDING)
    trigger = models.CharField(max_length=30, choices=Trigger.choices, default=Trigger.MANUAL)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    # The moment up to which events count.
    query_to = models.DateTimeField(null=True)
    # The metrics in order: uuid, status, result, error_message of each.
    results = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["experiment"],
                condition=models.Q(status__in=ACTIVE),
                name="recalculation_is_active_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.id}: {self.status}"
