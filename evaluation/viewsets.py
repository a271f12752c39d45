"""Asking about people: what flags give them, and why; nobody is counted as exposed by it."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.viewsets import ProjectScopedViewSet
from evaluation import services
from evaluation.estimates import estimate_reach
from evaluation.serializers import (
    REASONS,
    BlastRadiusSerializer,
    FlagValueSerializer,
    ReachSerializer,
    TrialSerializer,
    WhoSerializer,
)
from evaluation.trials import asked_groups, asked_keys, required_distinct_id
from feature_flags.models import FeatureFlag
from feature_flags.selectors import list_flags
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
        """Tell what each flag gives somebody, and by which condition."""
        query = request.query_params
        outcomes = services.outcomes_of(
            project=self.project,
            flags=self._flags(),
            distinct_id=required_distinct_id(query),
            groups=asked_groups(query),
        )
        return Response({flag.key: services.reason_of(found) for flag, found in outcomes})

    @extend_schema(
        summary="List what flags give you",
        parameters=[_GROUPS, _KEYS],
        responses=OpenApiResponse(FlagValueSerializer(many=True), "The flags that are on."),
    )
    @action(detail=False, required_scopes=_READ)
    def my_flags(self, request: Request, **kwargs: object) -> Response:
        """List the flags that are on with what they give the caller's own distinct id."""
        outcomes = services.outcomes_of(
            project=self.project,
            flags=self._flags().filter(active=True),
            distinct_id=self.actor.distinct_id,
            groups=asked_groups(request.query_params),
        )
        rows = [{"feature_flag": flag, "value": o.value if o else False} for flag, o in outcomes]
        return Response(FlagValueSerializer(rows, many=True).data)

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

    def _flags(self) -> QuerySet[FeatureFlag]:
        live = list_flags(project=self.project).filter(deleted=False)
        keys = asked_keys(self.request.query_params)
        shown = self.access.visible(self.access_resource, live)
        return shown if keys is None else shown.filter(key__in=keys)
