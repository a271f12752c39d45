"""The people that events tell of, and the types of their groups."""

from typing import Any

from django.db.models import Model, QuerySet
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from api.viewsets import ProjectScopedViewSet
from core.exceptions import RuleBroken
from core.http.query_text import searchable
from events import selectors, services
from events.models import GroupType, Person
from events.serializers import GroupTypeMappingSerializer, PersonSerializer

LIST_PARAMETERS = [
    OpenApiParameter("distinct_id", str, description="One of the ids of the person."),
    OpenApiParameter("email", str, description="The property `email` of the person."),
    OpenApiParameter("search", str, description="A part of an id, of `email` or of `name`."),
]


@extend_schema_view(list=extend_schema(parameters=LIST_PARAMETERS))
class PersonViewSet(ListModelMixin, RetrieveModelMixin, DestroyModelMixin, ProjectScopedViewSet):
    """Persons are the visitors of whom something is stored: properties, or more than one id.

    Deleting one deletes their events, properties and ids. Events that arrive later count again.
    """

    scope_object = "person"
    serializer_class = PersonSerializer
    queryset = Person.objects.none()
    has_integer_ids = False
    has_object_rules = False

    def get_queryset(self) -> QuerySet[Person]:
        query = self.request.query_params
        if query.get("properties"):
            # Wire quirk: persons-are-not-filtered, see docs/quirks.md.
            raise RuleBroken("Use distinct_id, email or search.", attr="properties")
        return selectors.list_persons(
            project_id=self.project.pk,
            distinct_id=searchable(query.get("distinct_id", "")),
            email=searchable(query.get("email", "")),
            search=searchable(query.get("search", "")),
        )

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        return None if page is None else self._with_ids(page)

    def find_object(self) -> Person:
        found = selectors.get_person(project_id=self.project.pk, reference=self.kwargs["pk"])
        self.check_object_permissions(self.request, found)
        return self._with_ids([found])[0]

    def read_again(self, row: Model) -> Person | None:
        current = super().read_again(row)
        return None if current is None else self._with_ids([current])[0]

    def perform_destroy(self, instance: Person) -> None:
        services.delete_person(project_id=self.project.pk, person=instance.person)

    def _with_ids(self, persons: list[Person]) -> list[Person]:
        return selectors.with_distinct_ids(project_id=self.project.pk, persons=persons)


@extend_schema_view(
    list=extend_schema(
        summary="List the group types of the project",
        responses={200: OpenApiResponse(GroupTypeMappingSerializer(many=True), "By their index.")},
    )
)
class GroupTypeViewSet(ListModelMixin, ProjectScopedViewSet):
    """What people can be grouped by, such as companies; events that name a type create it."""

    document_tag = "organizations"
    scope_object = "group"
    serializer_class = GroupTypeMappingSerializer
    pagination_class = None
    queryset = GroupType.objects.none()

    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        types = selectors.list_group_types(project_id=self.project.pk)
        rows = [{"group_type": name, "group_type_index": index} for name, index in types.items()]
        return Response(self.get_serializer(rows, many=True).data)
