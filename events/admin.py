"""Events, people and groups in the admin site, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from events.models import (
    Event,
    EventDefinition,
    EventProperty,
    Group,
    GroupType,
    Merge,
    MergedActor,
    Person,
    PropertyDefinition,
    RetentionSweep,
    Source,
)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["id", "project_id", "event", "distinct_id"]
    show_full_result_count = False


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    list_display = ["uuid", "project_id", "distinct_id", "created_at"]


@admin.register(MergedActor)
class MergedActorAdmin(ReadOnlyAdmin):
    list_display = ["distinct_id", "project_id", "person"]


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    list_display = ["id", "project_id", "old", "new"]


@admin.register(GroupType)
class GroupTypeAdmin(ReadOnlyAdmin):
    list_display = ["name", "project_id", "index"]


@admin.register(Group)
class GroupAdmin(ReadOnlyAdmin):
    list_display = ["key", "project_id", "type_index"]


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    list_display = ["id", "project_id", "definition", "events_seen", "merges_seen"]


@admin.register(RetentionSweep)
class RetentionSweepAdmin(ReadOnlyAdmin):
    list_display = ["id", "before"]


@admin.register(EventDefinition)
class EventDefinitionAdmin(ReadOnlyAdmin):
    list_display = ["name", "project_id", "last_seen_at"]


@admin.register(PropertyDefinition)
class PropertyDefinitionAdmin(ReadOnlyAdmin):
    list_display = ["name", "project_id", "kind", "property_type"]


@admin.register(EventProperty)
class EventPropertyAdmin(ReadOnlyAdmin):
    list_display = ["property", "event", "project_id"]
