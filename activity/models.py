"""The entries of the history."""

from django.db import models

from core.identifiers import uuid7
from core.models import Model


class ActivityLog(Model):
    """One thing that someone did to one row; written with it and never changed.

    The id grows with time, so it also says what came first. What concerns an organization as a
    whole is kept there and in none of its projects.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(
        "tenants.Project", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    organization = models.ForeignKey(
        "tenants.Organization",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
    )
    user = models.ForeignKey("users.User", on_delete=models.SET_NULL, null=True, related_name="+")
    # Not the same as having no user: users can be deleted later.
    is_system = models.BooleanField(default=False)
    was_impersonated = models.BooleanField(default=False)
    client = models.CharField(max_length=79, null=True)
    activity = models.CharField(max_length=79)
    subject = models.CharField(max_length=79)
    scope = models.CharField(max_length=79)
    item_id = models.CharField(max_length=72)
    detail = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "activity log"
        indexes = [
            # With what an entry is about, so that entries are counted without being read.
            models.Index(
                fields=["project", "-id", "activity", "subject", "item_id"],
                name="activity_newest_first_of_all",
            ),
            models.Index(
                fields=["project", "subject", "-id", "activity", "item_id"],
                name="activity_of_a_kind",
            ),
            models.Index(fields=["project", "item_id", "-id"], name="activity_of_an_item"),
            models.Index(fields=["project", "user", "-id"], name="activity_of_a_person"),
            models.Index(fields=["project", "scope", "-id"], name="activity_of_a_scope"),
            models.Index(
                fields=["organization", "-id"],
                condition=models.Q(organization__isnull=False),
                name="activity_of_an_organization",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(project__isnull=True) ^ models.Q(organization__isnull=True),
                name="activity_has_one_home",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.item_id} {self.activity}"
