"""Asking about people: what flags give them, and why, and which cohorts they are in.

Nobody is counted as exposed by it.
"""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from api.authentication import check_is_no_link
from api.viewsets import ProjectScopedViewSet
from cohorts.models import Cohort
from cohorts.selectors import list_cohorts
from cohorts.serializers import CohortSerializer, CreatedCohortSerializer
from core.http.pagination import first_of
from evaluation import population, services
from evaluation.estimates import estimate_reach
from evaluation.serializers import (
    REASONS,
    BlastRadiusSerializer,
    CohortsOfPersonSerializer,
    FlagValueSerializer,
    ReachSerializer,
    TrialSerializer,
    WhoSerializer,
)
from evaluation.trials import asked_groups, asked_keys, required_distinct_id, required_person_id
from events.selectors import get_person
from feature_flags.models import FeatureFlag
from feature_flags.selectors import list_flags
from feature_flags.serializers import FeatureFlagSerializer
from tenants import levels

_READ = ["feature_flag:read"]
_GROUPS = OpenApiParameter("groups", str, description="Keys of groups by type, as a JSON object.")
_KEYS = OpenApiParameter(
    "flag_keys", str, description="Only these flags: a JSON list of keys, or one key each time."
)


class FlagEvaluationViewSet(ProjectScopedViewSet):
    """What flags give people, and why."""

    document_tag = "feature_flags"
    scope_object = "feature_flag"
    access_resource = levels.FEATURE_FLAG
    serializer_class = TrialSerializer
    pagination_class = None
    queryset = FeatureFlag.objects.none()

    def get_queryset(self) -> QuerySet[FeatureFlag]:
        return list_flags(project=self.project)

    @extend_schema(
        summary="Tell why flags have their values",
        parameters=[
            OpenApiParameter("distinct_id", str, required=True, description="Whom it is about."),
            _GROUPS,
            _KEYS,
        ],
        responses=OpenApiResponse(REASONS, "By key; flags that are off have the reason disabled."),
    )
    @action(detail=False, required_scopes=_READ)
    def evaluation_reasons(self, request: Request, **kwargs: object) -> Response:
        """Tell what each flag gives somebody, and by which condition.

        It tells the newest 1,000 flags; `X-Total-Count` says how many there are.
        """
        query, (flags, headers) = request.query_params, first_of(self._flags())
        outcomes = services.outcomes_of(
            project=self.project,
            flags=flags,
            distinct_id=required_distinct_id(query),
            groups=asked_groups(query),
        )
        shown = {flag.key: services.reason_of(found) for flag, found in outcomes}
        return Response(shown, headers=headers)

    @extend_schema(
        summary="List what flags give you",
        parameters=[_GROUPS, _KEYS],
        responses=OpenApiResponse(FlagValueSerializer(many=True), "The flags that are on."),
    )
    @action(detail=False, required_scopes=_READ)
    def my_flags(self, request: Request, **kwargs: object) -> Response:
        """List the flags that are on with what they give the caller's own distinct id.

        It lists the newest 1,000 flags; `X-Total-Count` says how many there are.
        """
        flags, headers = first_of(self._flags().filter(active=True))
        outcomes = services.outcomes_of(
            project=self.project,
            flags=flags,
            distinct_id=self.actor.distinct_id,
            groups=asked_groups(request.query_params),
        )
        rows = [{"feature_flag": flag, "value": o.value if o else False} for flag, o in outcomes]
        return Response(FlagValueSerializer(rows, many=True).data, headers=headers)

    @extend_schema(
        summary="Estimate whom a condition reaches",
        request=BlastRadiusSerializer,
        responses=OpenApiResponse(ReachSerializer, "Counted among stored people, or groups."),
    )
    @action(detail=False, methods=["post"], required_scopes=_READ)
    def user_blast_radius(self, request: Request, **kwargs: object) -> Response:
        """Count whom the properties of a condition reach; beyond 20,000 people, estimate it."""
        body = BlastRadiusSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        reach = estimate_reach(
            project_id=self.project.pk,
            condition=body.validated_data["condition"],
            group_type_index=body.validated_data.get("group_type_index"),
        )
        return Response(ReachSerializer(reach).data)

    @extend_schema(
        summary="Try a flag for somebody",
        request=WhoSerializer,
        responses=OpenApiResponse(TrialSerializer, "The value, and how each condition led to it."),
    )
    @action(detail=True, methods=["post"], required_scopes=_READ)
    def test_evaluation(self, request: Request, **kwargs: object) -> Response:
        """Tell what the flag gives a distinct id or a stored person, and why."""
        flag, body = self.get_object(), WhoSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        trial = services.try_flag(project=self.project, flag=flag, who=body.validated_data)
        return Response(TrialSerializer(trial).data)

    @extend_schema(
        summary="Create the cohort of whom a flag serves",
        request=None,
        responses={201: OpenApiResponse(CreatedCohortSerializer, "They come in after it.")},
    )
    # `If-Match` names the flag as a GET of it shows it, hence its serializer.
    @action(
        detail=True,
        methods=["post"],
        required_scopes=["feature_flag:read", "cohort:write"],
        serializer_class=FeatureFlagSerializer,
    )
    def create_static_cohort_for_flag(self, request: Request, **kwargs: object) -> Response:
        """Create a static cohort of the stored persons whom the flag serves now.

        They come in while `is_calculating` is true.
        """
        cohort = population.create_flag_cohort(
            project=self.project, flag=self.get_object(), actor=self.actor, now=self.now
        )
        shown = CreatedCohortSerializer({"cohort": cohort}, context=self.get_serializer_context())
        return Response(shown.data, status=HTTP_201_CREATED)

    def _flags(self) -> QuerySet[FeatureFlag]:
        live = list_flags(project=self.project).filter(deleted=False)
        keys = asked_keys(self.request.query_params)
        shown = self.access.visible(self.access_resource, live)
        return shown if keys is None else shown.filter(key__in=keys)


class PersonCohortsViewSet(ProjectScopedViewSet):
    """The cohorts of a person."""

    document_tag = "events"
    scope_object = "person"
    serializer_class = CohortSerializer
    pagination_class = None
    queryset = Cohort.objects.none()

    def get_serializer_context(self) -> dict[str, object]:
        return super().get_serializer_context() | {"is_basic": True}

    @extend_schema(
        summary="List the cohorts of a person",
        parameters=[
            OpenApiParameter("person_id", UUID, required=True, description="The id of a person.")
        ],
        responses=OpenApiResponse(CohortsOfPersonSerializer, "As a list with `basic` shows them."),
    )
    @action(detail=False, required_scopes=["person:read", "cohort:read"])
    def cohorts(self, request: Request, **kwargs: object) -> Response:
        """List the cohorts that a stored person is in: static ones, and by stored properties.

        It lists the newest 1,000 cohorts; `X-Total-Count` says how many there are.
        """
        who = required_person_id(request.query_params)
        person = get_person(project_id=self.project.pk, reference=who)
        ids = population.cohorts_with(project_id=self.project.pk, person=person)
        found, headers = first_of(list_cohorts(project=self.project).filter(pk__in=ids))
        return Response({"results": self.get_serializer(found, many=True).data}, headers=headers)


class CohortCopyViewSet(ProjectScopedViewSet):
    """Copies of cohorts, of who is in them now."""

    document_tag = "cohorts"
    scope_object = "cohort"
    serializer_class = CohortSerializer
    queryset = Cohort.objects.none()
    # It is about another object than the one that the URL names.
    without_etag = ("duplicate_as_static_cohort",)

    def get_queryset(self) -> QuerySet[Cohort]:
        return list_cohorts(project=self.project)

    @extend_schema(
        summary="Copy a cohort into a static one",
        responses=OpenApiResponse(CohortSerializer, "The copy; who is in it comes after it."),
    )
    @action(detail=True, methods=["get"], required_scopes=["cohort:write"])
    def duplicate_as_static_cohort(self, request: Request, **kwargs: object) -> Response:
        """Create a static cohort of who is in this one now, although it is a GET.

        Stored persons are looked at. They come in while `is_calculating` is true.
        """
        # Wire quirk: a-get-that-writes, see docs/quirks.md.
        if request.method != "GET":
            raise MethodNotAllowed(str(request.method))
        check_is_no_link(request)
        cohort = population.copy_cohort(
            project=self.project, cohort=self.get_object(), actor=self.actor, now=self.now
        )
        return Response(self.get_serializer(cohort).data)
