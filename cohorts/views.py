"""The endpoints of cohorts."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from activity.mixins import ActivityMixin
from activity.subjects import COHORT
from api.hidden import HiddenByPatchMixin
from api.viewsets import ProjectScopedViewSet
from cohorts import selectors, services
from cohorts.models import Cohort
from cohorts.serializers import (
    CohortCalculationSerializer,
    CohortSerializer,
    MembershipDoneSerializer,
    PersonIdSerializer,
    PersonIdsSerializer,
)
from events.serializers import PersonSerializer

_WRITE = ["cohort:write"]
_DONE = {"success": True}
LIST_PARAMETERS = [
    OpenApiParameter("type", str, description="`static` or `dynamic`."),
    OpenApiParameter("created_by_id", int, description="The id of a user."),
    OpenApiParameter("search", str, description="A part of the name, of at most 200 characters."),
    OpenApiParameter(
        "basic", bool, description="`true` leaves out `query`, `groups` and `experiment_set`."
    ),
    OpenApiParameter("hide_behavioral_cohorts", bool, description="`true` leaves these out."),
]


@extend_schema_view(list=extend_schema(parameters=LIST_PARAMETERS))
class CohortViewSet(HiddenByPatchMixin, ActivityMixin, ProjectScopedViewSet, ModelViewSet[Any]):
    """Cohorts are people who meet a definition, or, in static cohorts, who were put in by name.

    Conditions of feature flags ask for their members. A cohort is never deleted for good: PATCH
    `deleted` to hide it and to bring it back.
    """

    scope_object = "cohort"
    activity_subject = COHORT
    has_object_rules = False
    serializer_class = CohortSerializer
    queryset = Cohort.objects.none()

    def get_queryset(self) -> QuerySet[Cohort]:
        if self.is_list:
            return selectors.list_live_cohorts(
                project=self.project, parameters=self.request.query_params
            )
        return selectors.list_cohorts(project=self.project)

    def get_serializer_context(self) -> dict[str, object]:
        is_basic = self.is_list and self.request.query_params.get("basic", "").lower() == "true"
        return super().get_serializer_context() | {"is_basic": is_basic}

    def perform_create(self, serializer: Any) -> None:
        serializer.instance = services.create_cohort(
            project=self.project,
            values=serializer.sent_values,
            person_uuids=serializer.sent_persons,
            actor=self.actor,
            now=self.now,
        )

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = services.update_cohort(
            project=self.project,
            cohort_id=serializer.instance.pk,
            changes=serializer.sent_values,
            actor=self.actor,
            now=self.now,
        )

    @extend_schema(
        summary="List the persons of a static cohort",
        responses=OpenApiResponse(PersonSerializer(many=True), "Who was put in last comes first."),
    )
    @action(detail=True, required_scopes=["cohort:read", "person:read"])
    def persons(self, request: Request, **kwargs: object) -> Response:
        """List who was put into the cohort; nobody is listed for cohorts by definition."""
        cohort = self.get_object()
        page = self.paginate_queryset(selectors.list_members(cohort=cohort))
        shown = selectors.persons_of(cohort=cohort, members=page or [])
        return self.get_paginated_response(PersonSerializer(shown, many=True).data)

    @extend_schema(
        summary="List when people were put into a cohort",
        responses=OpenApiResponse(CohortCalculationSerializer(many=True), "The newest first."),
    )
    @action(detail=True, required_scopes=["cohort:read"])
    def calculation_history(self, request: Request, **kwargs: object) -> Response:
        """List when stored persons were looked at for a static cohort, and how many came in."""
        calculations = selectors.list_calculations(cohort=self.get_object())
        page: list[Any] = self.paginate_queryset(calculations) or []
        shown = CohortCalculationSerializer(page, many=True)
        return self.get_paginated_response(shown.data)

    @extend_schema(
        summary="Put persons into a static cohort",
        request=PersonIdsSerializer,
        responses=OpenApiResponse(MembershipDoneSerializer, "Who is known is in it."),
    )
    @action(detail=True, methods=["patch"], required_scopes=_WRITE)
    def add_persons_to_static_cohort(self, request: Request, **kwargs: object) -> Response:
        """Put stored persons into the cohort; who is in it already stays."""
        cohort, sent = self.get_object(), PersonIdsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        uuids = sent.validated_data["person_ids"]
        services.add_persons(project=self.project, cohort_id=cohort.pk, person_uuids=uuids)
        return Response(MembershipDoneSerializer(_DONE).data)

    @extend_schema(
        summary="Take a person out of a static cohort",
        request=PersonIdSerializer,
        responses=OpenApiResponse(MembershipDoneSerializer, "They are not in it any more."),
    )
    @action(detail=True, methods=["patch"], required_scopes=_WRITE)
    def remove_person_from_static_cohort(self, request: Request, **kwargs: object) -> Response:
        """Take a person out of the cohort."""
        cohort, sent = self.get_object(), PersonIdSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        uuid = sent.validated_data["person_id"]
        services.remove_person(project=self.project, cohort_id=cohort.pk, person_uuid=uuid)
        return Response(MembershipDoneSerializer(_DONE).data)
