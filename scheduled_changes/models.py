"""Scheduled changes."""

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from core.models import TimestampedModel
from scheduled_changes.schedule import Interval, next_by_cron, next_by_interval

MODEL_NAME = "FeatureFlag"


class ScheduledChange(TimestampedModel):
    """A change of a flag at a later time, once or again and again.

    It is made as `acts_as`, who wrote its payload or its times last. `first_at` is the time that
    intervals are counted from: the 31st is still meant after a shorter month.
    """

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    flag = models.ForeignKey(
        "feature_flags.FeatureFlag", on_delete=models.CASCADE, related_name="scheduled_changes"
    )
    payload = models.JSONField()
    scheduled_at = models.DateTimeField()
    first_at = models.DateTimeField()
    is_recurring = models.BooleanField(default=False)
    recurrence_interval = models.CharField(
        max_length=10, null=True, choices=[(each.value, each.value) for each in Interval]
    )
    cron_expression = models.CharField(max_length=100, null=True)
    end_date = models.DateTimeField(null=True)
    timezone = models.CharField(max_length=240, default="UTC")
    executed_at = models.DateTimeField(null=True)
    last_executed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure_reason = models.TextField(null=True)
    change_request = models.ForeignKey(
        "approvals.ChangeRequest", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    acts_as = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    model_name = MODEL_NAME

    class Meta:
        indexes = [
            models.Index(
                fields=["scheduled_at", "id"],
                condition=Q(executed_at__isnull=True),
                name="scheduled_changes_to_make",
            ),
            models.Index(
                fields=["executed_at"],
                condition=Q(executed_at__isnull=False),
                name="scheduled_changes_made",
            ),
            models.Index(fields=["project", "-id"], name="scheduled_changes_newest_first"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(recurrence_interval=None) | Q(cron_expression=None),
                name="change_recurs_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(is_recurring=False)
                | ~Q(recurrence_interval=None, cron_expression=None),
                name="recurring_change_says_how_often",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payload['operation']} of {self.flag_id} ({self.pk})"

    @property
    def record_id(self) -> str:
        """Return the id of the flag as the wire has it."""
        return str(self.flag_id)

    @property
    def title(self) -> str:
        """Return what people know it by."""
        return self.flag.key

    @property
    def is_paused(self) -> bool:
        """Tell whether it recurs, but not now."""
        recurs = self.recurrence_interval is not None or self.cron_expression is not None
        return recurs and not self.is_recurring

    @property
    def zone(self) -> tzinfo:
        """Return the time zone that its calendar is in."""
        return ZoneInfo(self.timezone)

    def next_after(self, now: datetime) -> datetime | None:
        """Return the next time after this one, or None when it does not come back."""
        if not self.is_recurring:
            return None
        if self.cron_expression is not None:
            found = next_by_cron(self.cron_expression, after=now, zone=self.zone)
        else:
            found = next_by_interval(
                str(self.recurrence_interval), first=self.first_at, after=now, zone=self.zone
            )
        is_over = found is not None and self.end_date is not None and found > self.end_date
        return None if is_over else found
