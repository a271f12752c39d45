"""The rows of events, people and groups; no foreign keys, since they may be in another database."""

from collections.abc import Iterator
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import models
from django.utils import timezone

from core.identifiers import uuid7
from core.models import Model


class Event(Model):
    """Something a visitor did; append only. Times are microseconds since 1970 UTC."""

    project_id = models.BigIntegerField()
    # 16 bytes: a hash of uuid, event and distinct id, so that a repeated event is one row.
    key = models.BinaryField(max_length=16)
    event = models.TextField()
    # A stable number of the distinct id.
    actor = models.BigIntegerField()
    distinct_id = models.TextField()
    ts = models.BigIntegerField()
    properties = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project_id", "key"], name="event_is_captured_once")
        ]
        indexes = [
            models.Index(fields=["project_id", "id"], name="events_in_order"),
            models.Index(fields=["project_id", "actor"], name="events_of_an_actor"),
            models.Index(fields=["project_id", "event", "id"], name="events_by_name_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.event} of {self.distinct_id}"


class MergedActor(Model):
    """An actor that belongs to another actor's person; actors that are not here are their own."""

    project_id = models.BigIntegerField()
    actor = models.BigIntegerField()
    person = models.BigIntegerField()
    distinct_id = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project_id", "actor"], name="actor_is_merged_once")
        ]
        indexes = [models.Index(fields=["project_id", "person"], name="actors_of_a_person")]

    def __str__(self) -> str:
        return f"{self.distinct_id} is person {self.person}"


class Merge(Model):
    """The log of merges, in order. Without a new person it forgets the old one's events."""

    project_id = models.BigIntegerField()
    old = models.BigIntegerField()
    new = models.BigIntegerField(null=True)
    # The last event that existed then, which is the last one that this is about; 0 if not known.
    upto = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["project_id", "id"], name="merges_in_order")]

    def __str__(self) -> str:
        return f"{self.old} became {self.new}"


class Person(Model):
    """The stored properties of a person; there is a row once something is known of them."""

    uuid = models.UUIDField(editable=False)
    project_id = models.BigIntegerField()
    # The actor number that stands for the person.
    person = models.BigIntegerField()
    distinct_id = models.TextField()
    properties = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # When the properties changed last; copies of persons follow it.
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    # Those that the API shows; whoever lists persons sets them.
    distinct_ids: list[str]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project_id", "person"], name="person_is_stored_once"),
            models.UniqueConstraint(fields=["uuid"], name="person_uuid_is_unique"),
        ]
        indexes = [models.Index(fields=["project_id", "updated_at"], name="persons_by_change")]

    def __str__(self) -> str:
        return f"{self.distinct_id} ({self.uuid})"


class GroupType(Model):
    """A kind of group, such as company, and its index in the project."""

    project_id = models.BigIntegerField()
    name = models.TextField()
    index = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project_id", "name"], name="group_type_is_named_once"),
            models.UniqueConstraint(
                fields=["project_id", "index"], name="group_type_index_is_taken_once"
            ),
            models.CheckConstraint(
                condition=models.Q(index__lte=4), name="project_has_at_most_five_group_types"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.index}: {self.name}"


class Group(Model):
    """The stored properties of a group."""

    project_id = models.BigIntegerField()
    type_index = models.PositiveSmallIntegerField()
    key = models.TextField()
    properties = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project_id", "type_index", "key"], name="group_is_stored_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} of type {self.type_index}"


class Source(Model):
    """A question to every event, and how far its facts follow the events and the merges."""

    project_id = models.BigIntegerField()
    definition = models.TextField()
    digest = models.CharField(max_length=64)
    # The newest event and the newest merge that the facts contain.
    events_seen = models.BigIntegerField(default=0)
    merges_seen = models.BigIntegerField(default=0)
    # Counts up when all facts are to be derived anew: whoever reads them meanwhile misses some.
    generation = models.BigIntegerField(default=0, db_default=0)
    # The key of the newest event: another one under its id means that events were restored.
    last_key = models.BinaryField(max_length=16, default=b"")
    # When something last named it, exact to an hour.
    wanted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project_id", "digest"], name="source_is_defined_once")
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.definition[:80]}"


class RetentionSweep(Model):
    """Up to when old events were deleted last; there is one row, once any were looked for."""

    before = models.BigIntegerField()

    def __str__(self) -> str:
        return f"events before {self.before}"


class EventDefinition(Model):
    """A name of events: when it was first and last heard, and what people say about it."""

    class Enforcement(models.TextChoices):
        ALLOW = "allow"
        REJECT = "reject"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project_id = models.BigIntegerField()
    name = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Null until the first event arrives; exact to a minute.
    last_seen_at = models.DateTimeField(null=True, editable=False)
    last_updated_at = models.DateTimeField(default=timezone.now, editable=False)
    tags = models.JSONField(default=list)
    description = models.TextField(default="", blank=True)
    verified = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)
    enforcement_mode = models.TextField(choices=Enforcement.choices, default=Enforcement.ALLOW)
    primary_property = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project_id", "name"], name="event_definition_is_named_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PropertyDefinition(Model):
    """A name of properties of events, of persons or of a type of groups, and the type of values."""

    class Kind(models.IntegerChoices):
        EVENT = 1
        PERSON = 2
        GROUP = 3

    NO_GROUP = -1

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project_id = models.BigIntegerField()
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    group_type_index = models.SmallIntegerField(default=NO_GROUP)
    name = models.TextField()
    # String, Numeric, Boolean or DateTime, by the first value that has one; else empty.
    property_type = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project_id", "kind", "group_type_index", "name"],
                name="property_definition_is_named_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class EventProperty(Model):
    """A property that was seen with an event."""

    project_id = models.BigIntegerField()
    event = models.TextField()
    property = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project_id", "event", "property"], name="event_property_is_noted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.property} of {self.event}"


def projects_of(model: type[models.Model]) -> Iterator[int]:
    """Iterate over the ids of the projects that have rows of this kind.

    It takes one look into the index for each project, however many rows it has.
    """
    project_id = 0
    rows = model._default_manager.order_by("project_id")  # noqa: SLF001
    ids = rows.values_list("project_id", flat=True)
    while (found := ids.filter(project_id__gt=project_id).first()) is not None:
        project_id = found
        yield project_id


def person_uuid(project_id: int, person: int) -> UUID:
    """Return the public id of a person: the same one for the same number in every process."""
    return uuid5(NAMESPACE_OID, f"{project_id}/{person}")
