"""Identifiers that are kept so that people keep their variants."""

from django.db import models

from core.models import Model


class KeptIdentifier(Model):
    """What is hashed for a person and a flag in place of their distinct id."""

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    # The actor number that stands for the person, see `events.numbers`.
    person = models.BigIntegerField()
    flag_key = models.CharField(max_length=450)
    identifier = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "person", "flag_key"], name="identifier_is_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.flag_key} of {self.person}: {self.identifier}"
