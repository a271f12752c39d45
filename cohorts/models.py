"""Cohorts and the members of static ones."""

from django.db import models

from cohorts.documents import CohortType, needed_cohorts, type_of
from core.db.cache_versions import invalidates_cache
from core.identifiers import uuid7
from core.models import Model, TimestampedModel

MAX_NAME_LENGTH = 400


@invalidates_cache(project="project")
class Cohort(TimestampedModel):
    """People who meet a definition, or who were put in by name; deleting one keeps its row."""

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=MAX_NAME_LENGTH)
    description = models.CharField(max_length=1000, blank=True)
    deleted = models.BooleanField(default=False)
    filters = models.JSONField(default=dict)
    is_static = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    folder = models.TextField(null=True, blank=True)
    # Whether people are still being put in, and when the last of them were.
    is_calculating = models.BooleanField(default=False, db_default=False)
    last_calculation = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    # What the wire tells of a cohort and this server has nothing like.
    groups: list[object] = []
    query = None

    class Meta:
        indexes = [
            models.Index(
                fields=["project", "-created_at", "-id"],
                condition=models.Q(deleted=False),
                name="cohorts_newest_first",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    @property
    def cohort_type(self) -> CohortType:
        """Return what decides who is in the cohort."""
        return type_of(self.filters, is_static=self.is_static)

    @property
    def needs(self) -> set[int]:
        """Return the ids of the cohorts that decide who is in this one."""
        return set() if self.is_static else needed_cohorts(self.filters)


class CohortMember(Model):
    """A person in a static cohort, by the number of one of their distinct ids."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="members")
    project_id = models.BigIntegerField()
    person = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "person"], name="person_is_in_cohort_once")
        ]
        indexes = [models.Index(fields=["project_id", "person"], name="cohorts_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person} in {self.cohort_id}"


class CohortCalculation(Model):
    """The way people come into a static cohort, in portions: from a flag or from another cohort."""

    class Source(models.TextChoices):
        FLAG = "flag"
        COHORT = "cohort"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="calculations")
    source = models.CharField(max_length=10, choices=Source.choices)
    source_id = models.BigIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(null=True)
    # How many were put in, and the last of those who were looked at.
    count = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["cohort", "-started_at"], name="calculations_of_a_cohort"),
            models.Index(
                fields=["started_at"],
                condition=models.Q(finished_at=None),
                name="calculations_to_continue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id} from {self.source} {self.source_id}"
