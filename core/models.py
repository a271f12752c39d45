"""What several models share."""

from django.db import models
from django.utils import timezone


class TimestampedModel(models.Model):
    """A row that knows when it was made and last changed; services write both."""

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


class Revision(models.Model):
    """The name of a state of the rows; written by triggers alone, see `core.revisions`."""

    # The id of a project, or 0 for what is in none.
    scope = models.BigIntegerField(primary_key=True)
    name = models.TextField()

    def __str__(self) -> str:
        return f"{self.scope}: {self.name}"
