"""Rows that are hidden at once when they are deleted; what belongs to them goes in portions."""

from typing import ClassVar, Self, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class NotDeleted(models.Manager[M]):
    """Finds only what is not deleted."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(deleted_at=None)


class Deletable(models.Model):
    """A row of which a large part of the database can depend.

    Joins find deleted ones as well: who looks one up through another table says `deleted_at=None`.
    """

    deleted_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[NotDeleted[Self]] = NotDeleted()
    # For those who delete what is left of a row.
    all_objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True


def hidden_rows(name: str) -> models.Index:
    """Return an index of the few rows that are deleted, and have something left."""
    return models.Index(
        fields=["deleted_at"], condition=models.Q(deleted_at__isnull=False), name=name
    )
