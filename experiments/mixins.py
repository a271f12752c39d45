"""The endpoints of experiments beside the plain ones: the steps of their life, and reads."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework.decorators import action
from rest_framework.fields import BooleanField
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_200_OK, HTTP_201_CREATED

from api.models import IdempotencyKey
from cohorts.serializers import CreatedCohortSerializer
from core.http.pagination import StrictLimitOffsetPagination
from core.http.responses import BARE_OR_PLAIN
from experiments import selectors, services
from experiments.estimates import RunningTimeEstimateSerializer, RunningTimeSerializer
from experiments.permissions import check_may_write_flags, copy_target
from experiments.serializers import (
    COPY_REFUSAL,
    ArchiveSerializer,
    CopyToProjectSerializer,
    DuplicateSerializer,
    ExperimentSerializer,
    ExperimentStatsSerializer,
    ShipVariantSerializer,
    VerdictSerializer,
)
from experiments.steps import prepared
from feature_flags.listing import ELIGIBLE_ORDERS
from feature_flags.selectors import list_eligible_flags
from feature_flags.serializers import FeatureFlagSerializer
from tenants.levels import FEATURE_FLAG
from tenants.models import Project

if TYPE_CHECKING:
    from approvals.mixins import ApprovalHandlingMixin as _View
else:
    _View = object

Method = TypeVar("Method", bound=Callable[..., Response])
_READ = ["experiment:read"]
_WRITE = ["experiment:write"]
_CHANGED = {200: ExperimentSerializer}
_COPIED = {
    201: ExperimentSerializer,
    400: OpenApiResponse(COPY_REFUSAL, "Not valid, or nothing that can be copied."),
}
_EVENTS = [
    OpenApiParameter("events", str, description='A JSON list, such as `[{"id": "$pageview"}]`.'),
    OpenApiParameter("actions", str, description='A JSON list, such as `[{"id": 1}]`.'),
    OpenApiParameter("limit", int, description="How many events of each name; 20 by default."),
]
_ELIGIBLE = [
    OpenApiParameter("active", bool, description="Anything but `true` means inactive."),
    OpenApiParameter("created_by_id", int, description="The id of a user."),
    OpenApiParameter("evaluation_runtime", str),
    OpenApiParameter("has_evaluation_contexts", bool),
    OpenApiParameter("search", str, description="A part of the key or of the name."),
    OpenApiParameter(
        "order",
        str,
        description=f"One of {', '.join(ELIGIBLE_ORDERS)}; with - in front, descending.",
    ),
]


def _step(
    request: object = None, responses: object = _CHANGED, *, is_copying: bool = False
) -> Callable[[Method], Method]:
    """Mark a method as the endpoint of a step that answers with the experiment."""

    def mark(method: Method) -> Method:
        endpoint: Any = action(
            detail=True, methods=["post"], required_scopes=_WRITE, is_copying=is_copying
        )(method)
        # Outermost: becoming an endpoint drops what the method was documented with before.
        return cast("Method", extend_schema(request=request, responses=responses)(endpoint))

    return mark


class LifecycleMixin(_View):
    # No docstring: it would become the published description of the resource.

    target: Project | None = None

    @property
    def approval_project(self) -> Project:
        # A copy happens in the project it goes to.
        return self.target or self.project

    @_step()
    def launch(self, request: Request, **kwargs: object) -> Response:
        """Start a draft now and activate its flag."""
        return self._take("launch")

    @_step()
    def pause(self, request: Request, **kwargs: object) -> Response:
        """Deactivate the flag of a running experiment."""
        return self._take("pause")

    @_step()
    def resume(self, request: Request, **kwargs: object) -> Response:
        """Activate the flag of a paused experiment again."""
        return self._take("resume")

    @_step(VerdictSerializer)
    def end(self, request: Request, **kwargs: object) -> Response:
        """Stop a running experiment now; its flag stays as it is."""
        return self._take("end")

    @_step(ShipVariantSerializer)
    def ship_variant(self, request: Request, **kwargs: object) -> Response:
        """Serve one variant, by default to everyone, and stop the experiment if it runs."""
        return self._take("ship_variant")

    @_step(ArchiveSerializer)
    def archive(self, request: Request, **kwargs: object) -> Response:
        """Put a stopped experiment out of the lists and, if wanted, deactivate its flag.

        To deactivate it, a key needs `feature_flag:write`, and you need editor access to the flag.
        """
        body = ArchiveSerializer(data=request.data)
        if body.is_valid() and body.validated_data.get("disable_feature_flag"):
            check_may_write_flags(key=request.auth, project=self.project)
        return self._take("archive")

    @_step()
    def unarchive(self, request: Request, **kwargs: object) -> Response:
        """Bring an archived experiment back into the lists."""
        return self._take("unarchive")

    @_step()
    def reset(self, request: Request, **kwargs: object) -> Response:
        """Make an experiment a draft again; its flag stays as it is."""
        return self._take("reset")

    @_step(DuplicateSerializer, _COPIED, is_copying=True)
    def duplicate(self, request: Request, **kwargs: object) -> Response:
        """Make a draft like this one, on the same flag unless a key is given."""
        return self._take("duplicate", status=HTTP_201_CREATED)

    @_step(is_copying=True)
    def migrate(self, request: Request, **kwargs: object) -> Response:
        """Copy an experiment with legacy metrics into one that has them in the current format.

        The copy is on the same flag. A repeated call answers the first copy.
        """
        copy = services.migrate_experiment(
            experiment=self.get_object(), actor=self.actor, now=self.now
        )
        # Somebody else may have made it.
        self.check_object_permissions(request, copy)
        return Response(self.get_serializer(copy).data)

    @_step(CopyToProjectSerializer, _COPIED)
    def copy_to_project(self, request: Request, **kwargs: object) -> Response:
        """Make a draft like this one in another project of the organization."""
        experiment = self.get_object()
        body = CopyToProjectSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        self.target = self._copy_target(body.validated_data["target_team_id"])
        named = {name: body.validated_data.get(name) for name in ("name", "feature_flag_key")}
        copy = services.copy_experiment(
            experiment=experiment, target=self.target, **named, actor=self.actor, now=self.now
        )
        return Response(self.get_serializer(copy).data, status=HTTP_201_CREATED)

    def check_replay(self, answer: IdempotencyKey) -> None:
        super().check_replay(answer)
        body = CopyToProjectSerializer(data=self.request.data)
        if self.action == "copy_to_project" and body.is_valid():
            self._copy_target(body.validated_data["target_team_id"])
        if self.action == "migrate" and answer.status == HTTP_200_OK:
            # It shows the copy, which may be somebody else's.
            copies = self.get_queryset().filter(pk=json.loads(answer.body)["id"])
            self.check_replay_of(copies.first())

    def _copy_target(self, project_id: int) -> Project:
        return copy_target(
            project=self.project, project_id=project_id, actor=self.actor, key=self.request.auth
        )

    @_step(None, {201: CreatedCohortSerializer})
    def create_exposure_cohort_for_experiment(self, request: Request, **kwargs: object) -> Response:
        """Create the cohort of those who were exposed to a launched experiment."""
        cohort = services.create_exposure_cohort(
            experiment=self.get_object(), actor=self.actor, now=self.now
        )
        context = self.get_serializer_context()
        shown = CreatedCohortSerializer({"cohort": cohort}, context=context)
        return Response(shown.data, status=HTTP_201_CREATED)

    def _take(self, name: str, *, status: int = 200) -> Response:
        service, arguments = prepared(
            name,
            experiment=self.get_object(),
            data=self.request.data,
            actor=self.actor,
            now=self.now,
        )
        return Response(self.get_serializer(service(**arguments)).data, status=status)


class ReadsMixin(_View):
    # No docstring here either.

    @extend_schema(
        summary="Count experiments",
        responses=OpenApiResponse(ExperimentStatsSerializer, "The counts as of now."),
    )
    @action(detail=False, required_scopes=_READ)
    def stats(self, request: Request, **kwargs: object) -> Response:
        """Count what was launched, runs and ended lately, in days of the project's time zone."""
        counts = selectors.experiment_stats(project=self.project, now=self.now)
        return Response(ExperimentStatsSerializer(counts).data)

    @extend_schema(
        summary="Tell whether events lack the values of flags",
        parameters=_EVENTS,
        responses=OpenApiResponse(
            inline_serializer("FlagImplementation", {"result": BooleanField()}),
            "true when no event has any.",
        ),
    )
    @action(detail=False, required_scopes=_READ, pagination_class=None)
    def requires_flag_implementation(self, request: Request, **kwargs: object) -> Response:
        """Tell whether none of the latest events, of at most seven days, says what a flag gave."""
        parameters = request.query_params
        found = selectors.lacks_flag_values(access=self.access, parameters=parameters, now=self.now)
        return Response({"result": found})

    @extend_schema(
        summary="List eligible feature flags",
        parameters=_ELIGIBLE,
        responses={
            200: FeatureFlagSerializer(many=True),
            400: OpenApiResponse(BARE_OR_PLAIN, "A parameter makes no sense."),
        },
    )
    @action(
        detail=False,
        required_scopes=["feature_flag:read"],
        pagination_class=StrictLimitOffsetPagination,
        serializer_class=FeatureFlagSerializer,
    )
    def eligible_feature_flags(self, request: Request, **kwargs: object) -> Response:
        """List the flags an experiment can use: several variants, `control` first."""
        flags = list_eligible_flags(project=self.project, parameters=request.query_params)
        flags = self.access.visible(FEATURE_FLAG, flags)
        page = self.get_serializer(self.paginate_queryset(flags), many=True)
        return self.get_paginated_response(page.data)

    @extend_schema(
        summary="Estimate a running time",
        request=RunningTimeSerializer,
        responses=OpenApiResponse(RunningTimeEstimateSerializer, "The estimate; nothing is kept."),
    )
    @action(detail=False, methods=["post"], required_scopes=_READ)
    def calculate_running_time(self, request: Request, **kwargs: object) -> Response:
        """Estimate how many people an experiment needs, and for how many days."""
        body = RunningTimeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        found = selectors.estimate_running_time(wanted=body.validated_data)
        return Response(RunningTimeEstimateSerializer(found).data)
