"""Secret API keys of projects."""

from django.db import models
from django.utils import timezone

from core.db.cache_versions import invalidates_cache
from core.models import Model
from users.tokens import random_token


def _new_id() -> str:
    return random_token(size=32)


@invalidates_cache(ignore=("last_used_at",))
class ProjectSecretAPIKey(Model):
    """A key that speaks for a project and for nobody in it; only its hash is kept."""

    id = models.CharField(primary_key=True, max_length=50, default=_new_id, editable=False)
    project = models.ForeignKey(
        "tenants.Project", on_delete=models.CASCADE, related_name="secret_api_keys"
    )
    label = models.CharField(max_length=40)
    mask_value = models.CharField(max_length=11, editable=False)
    secure_value = models.CharField(max_length=300, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_rolled_at = models.DateTimeField(null=True, blank=True, editable=False)
    scopes = models.JSONField(default=list)

    # No column: known only to whoever has just made or rolled the key.
    value: str | None = None

    class Meta:
        verbose_name = "project secret API key"
        constraints = [
            models.UniqueConstraint(
                fields=["project", "label"], name="secret_key_label_is_unique_in_project"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.mask_value})"
