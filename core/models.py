"""What several models share."""

from django.db import models
from django.utils import timezone


class TimestampedModel(models.Model):
    """A row that knows when it was made and last changed; services write both."""

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True
