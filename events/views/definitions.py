"""The names of events and of properties."""

import json
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ModelViewSet

from api.viewsets import ProjectScopedViewSet
from core.exceptions import NotFound, RuleBroken
from core.http.query_text import searchable
from events import listing, services
from events.listing import PropertyQuery
from events.models import EventDefinition, PropertyDefinition
from events.serializers import EventDefinitionSerializer, PropertyDefinitionSerializer

_KINDS = {kind.name.lower(): kind for kind in PropertyDefinition.Kind}
_YES, _NO = {"true", "1"}, {"false", "0"}
MAX_NAMES = 100

EVENT_PARAMETERS = [
    OpenApiParameter("search", str, description="Words that the name contains."),
    OpenApiParameter("names", str, description="A JSON list: only events of these very names."),
    OpenApiParameter("event_type", str, enum=listing.EVENT_TYPES),
    OpenApiParameter("ordering", str, description="`name`, `created_at`, `last_seen_at`; or `-`."),
]
PROPERTY_PARAMETERS = [
    OpenApiParameter("type", str, enum=["event", "person", "group", "session"]),
    OpenApiParameter("group_type_index", int, description="Of the group type, with `type=group`."),
    OpenApiParameter("search", str, description="Words that the name contains."),
    OpenApiParameter("properties", str, description="Names, separated by commas."),
    OpenApiParameter("excluded_properties", str, description="A JSON list of names."),
    OpenApiParameter("event_names", str, description="A JSON list of events."),
    OpenApiParameter("filter_by_event_names", bool, description="Only those of `event_names`."),
    OpenApiParameter("is_numerical", bool),
    OpenApiParameter("is_feature_flag", bool, description="Names like `$feature/…`, or others."),
    OpenApiParameter("exclude_core_properties", bool, description="No names that begin with `$`."),
]


class _ByUUID(ProjectScopedViewSet):
    has_integer_ids = False
    has_object_rules = False

    def find_object(self) -> Any:
        try:
            UUID(self.kwargs["pk"])
        except ValueError:
            raise NotFound from None
        return super().find_object()


@extend_schema_view(list=extend_schema(parameters=EVENT_PARAMETERS))
class EventDefinitionViewSet(_ByUUID, ModelViewSet[Any]):
    """Event definitions are the names of the events that arrived, and what people say about them.

    A metric may name an event that has no definition, or none that was seen.
    """

    scope_object = "event_definition"
    serializer_class = EventDefinitionSerializer
    queryset = EventDefinition.objects.none()

    def get_queryset(self) -> QuerySet[EventDefinition]:
        query = self.request.query_params if self.is_list else {}
        return listing.list_event_definitions(
            project_id=self.project.pk,
            names=_json_names(self.request, "names") if "names" in query else None,
            search=searchable(query.get("search", "")),
            event_type=query.get("event_type", ""),
            ordering=query.get("ordering", ""),
        )

    @extend_schema(
        summary="Retrieve the definition of an event by its name",
        parameters=[OpenApiParameter("name", str, required=True)],
    )
    @action(detail=False, methods=["get"], required_scopes=["event_definition:read"])
    def by_name(self, request: Request, *args: object, **kwargs: object) -> Response:
        name = searchable(request.query_params.get("name", ""))
        found = self.get_queryset().filter(name=name).first()
        if found is None:
            raise NotFound
        return Response(self.get_serializer(found).data)

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        values: Any = dict(serializer.validated_data)
        serializer.instance = services.create_event_definition(
            project_id=self.project.pk, name=values.pop("name"), values=values, now=self.now
        )

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        changes: Any = dict(serializer.validated_data)
        changes.pop("name", None)
        definition: Any = serializer.instance
        serializer.instance = services.update_event_definition(
            project_id=self.project.pk, definition_id=definition.pk, changes=changes, now=self.now
        )

    def perform_destroy(self, instance: EventDefinition) -> None:
        services.delete_event_definition(project_id=self.project.pk, definition_id=instance.pk)


@extend_schema_view(list=extend_schema(parameters=PROPERTY_PARAMETERS))
class PropertyDefinitionViewSet(ListModelMixin, RetrieveModelMixin, _ByUUID):
    """Property definitions are the names of the properties that events, persons and groups have."""

    scope_object = "property_definition"
    serializer_class = PropertyDefinitionSerializer
    queryset = PropertyDefinition.objects.none()

    def get_queryset(self) -> QuerySet[PropertyDefinition]:
        project_id = self.project.pk
        if not self.is_list:
            return PropertyDefinition.objects.filter(project_id=project_id)
        if self.request.query_params.get("type") == "session":
            # Sessions are not stored.
            return PropertyDefinition.objects.none()
        query = _property_query(self.request)
        return listing.list_property_definitions(project_id=project_id, query=query)

    @extend_schema(
        summary="Tell which events were seen with a property",
        parameters=[
            OpenApiParameter("event_names", str, required=True, description="A JSON list."),
            OpenApiParameter("property_name", str, required=True),
        ],
        responses={
            200: OpenApiResponse(
                {"type": "object", "additionalProperties": {"type": "boolean"}}, "By event."
            )
        },
    )
    @action(
        detail=False,
        methods=["get"],
        pagination_class=None,
        required_scopes=["property_definition:read"],
    )
    def seen_together(self, request: Request, *args: object, **kwargs: object) -> Response:
        seen = listing.events_with_property(
            project_id=self.project.pk,
            events=_json_names(request, "event_names"),
            name=searchable(request.query_params.get("property_name", "")),
        )
        return Response(seen)


def _property_query(request: Request) -> PropertyQuery:
    query = request.query_params
    kind = _KINDS.get(query.get("type") or "event")
    if kind is None:
        raise RuleBroken("It must be event, person, group or session.", attr="type")
    return PropertyQuery(
        kind=kind,
        group_type_index=_group_type_index(request, kind),
        search=searchable(query.get("search", "")),
        names=[searchable(name) for name in query.get("properties", "").split(",") if name],
        excluded=_json_names(request, "excluded_properties"),
        events=_json_names(request, "event_names"),
        only_of_events=bool(_flag(request, "filter_by_event_names")),
        is_numerical=_flag(request, "is_numerical"),
        is_feature_flag=_flag(request, "is_feature_flag"),
        without_core=bool(_flag(request, "exclude_core_properties")),
    )


def _group_type_index(request: Request, kind: int) -> int:
    text = request.query_params.get("group_type_index", "")
    if kind != PropertyDefinition.Kind.GROUP:
        return PropertyDefinition.NO_GROUP
    if text not in {"0", "1", "2", "3", "4"}:
        raise RuleBroken("Properties of groups need one from 0 to 4.", attr="group_type_index")
    return int(text)


def _flag(request: Request, name: str) -> bool | None:
    text = request.query_params.get(name, "").lower()
    return True if text in _YES else False if text in _NO else None


def _json_names(request: Request, name: str) -> list[str]:
    text = request.query_params.get(name, "")
    try:
        names = json.loads(text) if text else []
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise RuleBroken("It must be a JSON list of names.", attr=name)
    if len(names) > MAX_NAMES:
        raise RuleBroken(f"It may hold at most {MAX_NAMES} names.", attr=name)
    return [searchable(each) for each in names]
