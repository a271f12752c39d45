"""Capture, the endpoints that SDKs send events to; and the people that events tell of."""

import time
from typing import Any

from django.db import Error
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
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
from core.db.errors import refusal_for
from core.exceptions import APIException
from core.http.query_text import searchable
from core.http.sdk_bodies import Encoding, decode_body
from core.http.sdk_endpoints import plain_text, sdk_endpoint
from core.ops import request_log
from events import selectors, services
from events.event_times import read_time
from events.models import GroupType, Person
from events.serializers import GroupTypeMappingSerializer, PersonSerializer
from events.wire import BadEvents, BadToken, Batch, read_batch
from tenants.selectors import find_project_by_token

MAX_BATCH_BYTES = 20 * 1024 * 1024
MAX_EVENT_BYTES = 2 * 1024 * 1024


@sdk_endpoint("GET", "POST")
def batch(request: HttpRequest) -> HttpResponse:
    """Store the events of a batch of up to 20 MiB."""
    return _captured(request, max_bytes=MAX_BATCH_BYTES)


@sdk_endpoint("GET", "POST")
def capture(request: HttpRequest) -> HttpResponse:
    """Store the events of a body of up to 2 MiB."""
    return _captured(request, max_bytes=MAX_EVENT_BYTES)


def _captured(request: HttpRequest, *, max_bytes: int) -> HttpResponse:
    try:
        read = _read(request, max_bytes)
    except (BadToken, BadEvents) as reason:
        return plain_text(str(reason), status=401 if isinstance(reason, BadToken) else 400)
    return _stored(request, read)


def _read(request: HttpRequest, max_bytes: int) -> Batch:
    now = time.time_ns() // 1000
    encoding = Encoding.of(request.headers, request.GET)
    body = decode_body(_body(request), encoding, max_bytes=max_bytes)
    return read_batch(body, now=now, sent=read_time(request.GET.get("_")))


def _stored(request: HttpRequest, read: Batch) -> HttpResponse:
    try:
        _store(read)
    except Error as error:
        refusal = refusal_for(error)
        if refusal is None:
            raise
        return _unavailable(refusal)
    if request.GET.get("beacon") == "1":
        return HttpResponse(status=204)
    return JsonResponse({"status": "Ok"})


def _store(read: Batch) -> None:
    project = find_project_by_token(token=read.token)
    # An unknown token is no error here: its events are dropped.
    if project is not None:
        request_log.note(project=project.id)
        services.capture(project=project, events=read.events, now=timezone.now())


def _body(request: HttpRequest) -> bytes:
    if request.method == "GET":
        return request.GET.get("data", "").encode()
    return request.body


def _unavailable(refusal: APIException) -> HttpResponse:
    response = plain_text(str(refusal.detail), status=503)
    response.headers["Retry-After"] = str(getattr(refusal, "wait", None) or 1)
    return response


LIST_PARAMETERS = [
    OpenApiParameter("distinct_id", str, description="One of the ids of the person."),
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
        return selectors.list_persons(
            project_id=self.project.pk,
            distinct_id=searchable(query.get("distinct_id", "")),
            search=searchable(query.get("search", "")),
        )

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        return None if page is None else self._with_ids(page)

    def get_object(self) -> Person:
        found = selectors.get_person(project_id=self.project.pk, reference=self.kwargs["pk"])
        self.check_object_permissions(self.request, found)
        return self._with_ids([found])[0]

    def perform_destroy(self, instance: Person) -> None:
        services.delete_person(project_id=self.project.pk, person=instance.person)

    def _with_ids(self, persons: list[Person]) -> list[Person]:
        ids = selectors.distinct_ids_of(project_id=self.project.pk, persons=persons)
        for person in persons:
            person.distinct_ids = ids[person.person]
        return persons


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
