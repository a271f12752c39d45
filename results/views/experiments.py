"""The endpoints of one experiment's results: everything at once, by day, and recalculations."""

from typing import cast

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_200_OK, HTTP_201_CREATED

from api.viewsets import ProjectScopedViewSet
from core.http.renderers import QuickJSONRenderer
from experiments.models import Experiment
from experiments.selectors import live_experiments
from results import selectors, services
from results.history import represent_days, represent_recalculation, represent_timeseries_run
from results.reading import check_actions
from results.renderers import CSVRenderer, MarkdownRenderer
from results.serializers import (
    MetricTimeseriesSerializer,
    OverviewSerializer,
    RecalculateTimeseriesSerializer,
    RecalculationRequestSerializer,
    RecalculationSerializer,
    TimeseriesQuerySerializer,
    TimeseriesRunSerializer,
)
from tenants import levels

_READ, _WRITE = ["experiment:read"], ["experiment:write"]
_NO_RUN = OpenApiResponse({"$ref": "#/components/schemas/Error"}, "There is no such run.")


class ExperimentViewSet(ProjectScopedViewSet):
    # No docstring: it would become the published description of the resource.

    scope_object = "experiment"
    access_resource = levels.EXPERIMENT
    queryset = Experiment.objects.none()

    def get_queryset(self) -> QuerySet[Experiment]:
        return live_experiments(project=self.project)

    def find_object(self) -> Experiment:
        reference = self.kwargs["pk"]
        found = selectors.get_experiment(project=self.project, reference=reference)
        self.check_object_permissions(self.request, found)
        return found

    @property
    def experiment(self) -> Experiment:
        return cast("Experiment", self.get_object())


class ExperimentResultsViewSet(ExperimentViewSet):
    """Everything that an experiment has found: exposures, and all metrics."""

    renderer_classes = [QuickJSONRenderer, CSVRenderer, MarkdownRenderer]
    serializer_class = OverviewSerializer

    @extend_schema(
        summary="Read all results",
        responses={
            (200, "application/json"): OverviewSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "text/markdown"): OpenApiTypes.STR,
        },
        parameters=[OpenApiParameter("format", str, enum=["json", "csv", "markdown"])],
    )
    def retrieve(self, request: Request, **kwargs: object) -> Response:
        return Response(services.read_overview(experiment=self.experiment, now=self.now))


class RecalculationViewSet(ExperimentViewSet):
    """Results by day, and computations of all metrics that run in the background."""

    serializer_class = RecalculationSerializer

    @extend_schema(
        summary="Read results by day",
        parameters=[TimeseriesQuerySerializer],
        responses=MetricTimeseriesSerializer,
    )
    @action(detail=True, required_scopes=_READ)
    def timeseries_results(self, request: Request, **kwargs: object) -> Response:
        experiment = self.experiment
        asked = TimeseriesQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        days = services.days_of(experiment, now=self.now)
        rows = selectors.list_daily_results(experiment=experiment, **asked.validated_data)
        run = selectors.find_active_timeseries_run(experiment=experiment, **asked.validated_data)
        return Response(represent_days(experiment, days, rows, run, **asked.validated_data))

    @extend_schema(
        summary="Compute results by day",
        request=RecalculateTimeseriesSerializer,
        responses={200: TimeseriesRunSerializer, 201: TimeseriesRunSerializer},
    )
    @action(detail=True, methods=["post"], required_scopes=_WRITE)
    def recalculate_timeseries(self, request: Request, **kwargs: object) -> Response:
        experiment = self.experiment
        body = RecalculateTimeseriesSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        check_actions(access=self.access, experiment=experiment, body=body.validated_data)
        run, is_new = services.start_timeseries(
            experiment=experiment, now=self.now, **body.validated_data
        )
        return Response(represent_timeseries_run(run), status=_status(is_new=is_new))

    @extend_schema(
        summary="Compute all metrics",
        request=RecalculationRequestSerializer,
        responses={200: RecalculationSerializer, 201: RecalculationSerializer},
    )
    @action(detail=True, methods=["post"], required_scopes=_WRITE)
    def metrics_recalculation(self, request: Request, **kwargs: object) -> Response:
        experiment = self.experiment
        body = RecalculationRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        run, is_new = services.start_recalculation(
            experiment=experiment, trigger=body.validated_data["trigger"], now=self.now
        )
        shown = represent_recalculation(run, is_existing=not is_new, has_results=False)
        return Response(shown, status=_status(is_new=is_new))

    @extend_schema(
        summary="Read the newest computation of all metrics",
        responses={200: RecalculationSerializer, 404: _NO_RUN},
    )
    @action(detail=True, url_path="metrics_recalculation/latest", required_scopes=_READ)
    def latest_recalculation(self, request: Request, **kwargs: object) -> Response:
        experiment = self.experiment
        shown = represent_recalculation(selectors.latest_recalculation(experiment=experiment))
        active = selectors.find_active_recalculation(experiment=experiment)
        running = represent_recalculation(active, has_results=False) if active else None
        return Response(shown | {"active_run": running})

    @extend_schema(
        summary="Read a computation of all metrics",
        responses={200: RecalculationSerializer, 404: _NO_RUN},
    )
    @action(
        detail=True,
        url_path=r"metrics_recalculation/(?P<run_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
        required_scopes=_READ,
    )
    def one_recalculation(self, request: Request, run_id: str, **kwargs: object) -> Response:
        run = selectors.get_recalculation(experiment=self.experiment, run_id=run_id)
        return Response(represent_recalculation(run))


def _status(*, is_new: bool) -> int:
    return HTTP_201_CREATED if is_new else HTTP_200_OK
