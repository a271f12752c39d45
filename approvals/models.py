"""Policies, the change requests they make necessary, the votes on those, and who is told."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from core.identifiers import uuid7
from core.models import Model, TimestampedModel


class ApprovalPolicy(TimestampedModel):
    """Who must agree to which kind of change; without a project it holds for all of them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        "tenants.Organization", on_delete=models.CASCADE, related_name="+"
    )
    project = models.ForeignKey(
        "tenants.Project", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    action_key = models.CharField(max_length=128)
    conditions = models.JSONField(default=dict, blank=True)
    approver_config = models.JSONField()
    allow_self_approve = models.BooleanField(default=False)
    bypass_org_membership_levels = models.JSONField(default=list, blank=True)
    bypass_roles = models.ManyToManyField("tenants.Role", blank=True, related_name="+")
    expires_after = models.DurationField(default=timedelta(days=14))
    enabled = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "approval policies"
        constraints = [
            models.UniqueConstraint(
                fields=["project", "action_key"], name="project_has_one_policy_per_action"
            ),
            models.UniqueConstraint(
                fields=["organization", "action_key"],
                condition=Q(project__isnull=True),
                name="organization_has_one_policy_per_action",
            ),
        ]

    def __str__(self) -> str:
        place = f"Team {self.project_id}" if self.project_id else f"Org {self.organization_id}"
        return f"ApprovalPolicy({self.action_key}, {place})"


class ChangeRequest(TimestampedModel):
    """A change that waits, or waited, for agreement.

    `intent` is the change as clients read it; `operation` is what to do again, and what the fields
    it writes were when it was asked for.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        APPLIED = "applied"
        REJECTED = "rejected"
        EXPIRED = "expired"
        FAILED = "failed"

    class Validation(models.TextChoices):
        VALID = "valid"
        INVALID = "invalid"
        STALE = "stale"

    OPEN_STATES = (State.PENDING, State.APPROVED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    action_key = models.CharField(max_length=128)
    action_version = models.IntegerField(default=1)
    resource_type = models.CharField(max_length=64)
    resource_id = models.CharField(max_length=128, null=True)
    subject = models.CharField(max_length=500)
    intent = models.JSONField()
    intent_display = models.JSONField()
    operation = models.JSONField()
    policy_snapshot = models.JSONField()
    validation_status = models.CharField(
        max_length=20, choices=Validation.choices, default=Validation.VALID
    )
    validation_errors = models.JSONField(null=True)
    validated_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.PENDING)
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    applied_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    expires_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    apply_error = models.TextField(default="", blank=True)
    result_data = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["project", "-created_at", "-id"], name="requests_newest_first"),
            models.Index(fields=["expires_at"], name="requests_by_expiry"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "action_key", "subject"],
                condition=Q(state__in=["pending", "approved"]),
                name="one_open_request_per_action_and_subject",
            )
        ]

    def __str__(self) -> str:
        return f"{self.action_key} on {self.subject} ({self.pk})"

    def state_at(self, now: datetime) -> str:
        """Return the state; what is open beyond its time is expired, swept or not."""
        # Wire quirk: overdue-is-expired, see docs/quirks.md.
        is_overdue = self.state in self.OPEN_STATES and self.expires_at <= now
        return self.State.EXPIRED if is_overdue else self.state


class Approval(Model):
    """One person's vote; it cannot be changed."""

    class Decision(models.TextChoices):
        APPROVED = "approved"
        REJECTED = "rejected"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change_request = models.ForeignKey(
        ChangeRequest, on_delete=models.CASCADE, related_name="approvals"
    )
    # Null when the account was deleted since: the vote was theirs, and counts.
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    decision = models.CharField(max_length=20, choices=Decision.choices)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change_request", "created_by"], name="one_vote_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision} by {self.created_by_id}"


class WebhookEndpoint(TimestampedModel):
    """Where a project's notifications are posted, and the encrypted secret that signs them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.OneToOneField(
        "tenants.Project", on_delete=models.CASCADE, editable=False, related_name="+"
    )
    url = models.CharField(max_length=2000)
    # Signing needs the secret itself; a hash would not do.
    encrypted_secret = models.CharField(max_length=255, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(url__startswith="http://") | Q(url__startswith="https://"),
                name="webhook_speaks_http",
            )
        ]

    def __str__(self) -> str:
        return f"Webhook of project {self.project_id}"


class WebhookDelivery(TimestampedModel):
    """A notification on its way to an endpoint: written with the change, posted later."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        GIVEN_UP = "given_up"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="+")
    change_request = models.ForeignKey(ChangeRequest, on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=64)
    document = models.JSONField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_error = models.TextField(default="", blank=True)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="waiting"), name="deliveries_due"
            ),
            models.Index(
                fields=["updated_at"], condition=~Q(state="waiting"), name="deliveries_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} ({self.pk})"
