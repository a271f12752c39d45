"""Scheduled changes on the wire."""

from typing import Any, cast

from rest_framework import serializers

from core.http.fields import CaseInsensitiveChoiceField, ObjectField, StrictBooleanField
from core.http.serializers import ModelSerializer
from scheduled_changes.changes import ScheduleChanges
from scheduled_changes.models import MODEL_NAME, ScheduledChange
from scheduled_changes.schedule import Interval
from scheduled_changes.validation import check_payload
from users.serializers import UserBasicSerializer


class ScheduledChangeSerializer(ModelSerializer[ScheduledChange]):
    """A change of a feature flag at a later time, once or again and again."""

    team_id = serializers.IntegerField(source="project_id", read_only=True)
    record_id = serializers.CharField(
        max_length=200, help_text="The id of the flag, which cannot change."
    )
    model_name = serializers.ChoiceField(choices=[MODEL_NAME])
    payload = ObjectField(
        help_text="`operation` and `value`: `update_status` with true or false, "
        "`add_release_condition` with `{groups}`, or `update_variants` with "
        "`{variants, payloads}`."
    )
    scheduled_at = serializers.DateTimeField(help_text="When, or when next.")
    executed_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When it was done for good, or given up."
    )
    failure_reason = serializers.CharField(
        read_only=True, allow_null=True, help_text="Why the last try changed nothing."
    )
    created_by = UserBasicSerializer(read_only=True, allow_null=True)
    is_recurring = StrictBooleanField(
        required=False, help_text="false, with an interval: the change is paused."
    )
    recurrence_interval = CaseInsensitiveChoiceField(
        choices=[(each.value, each.value) for each in Interval], required=False, allow_null=True
    )
    cron_expression = serializers.CharField(
        max_length=100,
        required=False,
        allow_null=True,
        help_text="Minute, hour, day, month and weekday, in the time zone of the change.",
    )
    last_executed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    end_date = serializers.DateTimeField(
        required=False, allow_null=True, help_text="After this it does not recur."
    )
    timezone = serializers.CharField(
        read_only=True, help_text="That of the project when the change was made."
    )

    class Meta:
        model = ScheduledChange
        fields = [
            "id",
            "team_id",
            "record_id",
            "model_name",
            "payload",
            "scheduled_at",
            "executed_at",
            "failure_reason",
            "created_at",
            "created_by",
            "updated_at",
            "is_recurring",
            "recurrence_interval",
            "cron_expression",
            "last_executed_at",
            "end_date",
            "timezone",
        ]
        read_only_fields = ["created_at", "updated_at"]

    def validate_payload(self, value: Any) -> Any:
        return check_payload(value)

    @property
    def sent_values(self) -> ScheduleChanges:
        """Return what was sent."""
        return cast("ScheduleChanges", dict(self.validated_data))
