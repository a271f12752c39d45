"""Idempotency keys with the stored response."""

from django.db import models

from core.identifiers import uuid7
from core.models import Model


class IdempotencyKey(Model):
    """A key that a user has sent, what it stands for, and the answer; committed all at once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    # A SHA-256 of method, path and body: nothing of the request itself is kept.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, editable=False)
    body = models.TextField(blank=True, editable=False)
    content_type = models.CharField(max_length=100, blank=True, editable=False)
    etag = models.CharField(max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="user_sends_a_key_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_keys_oldest_first")]

    def __str__(self) -> str:
        return f"{self.key} of user {self.user_id}"

    @property
    def is_answered(self) -> bool:
        """Tell whether the request was answered before; seen only by those who repeat it."""
        return self.status is not None
