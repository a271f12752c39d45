"""Invitations into an organization."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models.functions import Lower

from core.identifiers import uuid7
from core.models import TimestampedModel
from tenants.models import Membership, Organization

_VALID_FOR = timedelta(days=3)


class OrganizationInvite(TimestampedModel):
    """That someone with this e-mail address may join an organization."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="invites")
    target_email = models.EmailField(max_length=254)
    first_name = models.CharField(max_length=30, blank=True)
    level = models.PositiveSmallIntegerField(
        choices=Membership.Level.choices, default=Membership.Level.MEMBER
    )
    message = models.TextField(max_length=1000, null=True, blank=True)
    # The hash of what the link of the invitation ends with; without one it opens no account.
    token_hash = models.CharField(max_length=100, null=True, unique=True, editable=False)
    emailing_attempt_made = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    # What the link ends with, known only while the invitation is made.
    token: str | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", Lower("target_email"), name="address_is_invited_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.target_email} into {self.organization}"

    def is_expired(self, now: datetime) -> bool:
        """Tell whether it is too late to accept."""
        return now - self.created_at > _VALID_FOR
