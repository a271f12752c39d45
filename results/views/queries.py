"""The endpoint of queries: results of metrics, and exposures."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from api.viewsets import ProjectScopedViewSet
from core.identifiers import uuid7
from results import selectors, services
from results.envelope import CACHE_MISS, represent_run, with_envelope
from results.models import QueryRun
from results.reading import read_query
from results.serializers import (
    ComputationStatusSerializer,
    QueryRequestSerializer,
    QueryResponseSerializer,
)
from results.services import ResultQuery
from tenants import levels

_SHAPES = {
    200: OpenApiResponse(QueryResponseSerializer, "The result."),
    202: OpenApiResponse(
        ComputationStatusSerializer, "It is being computed: poll its `query_status`."
    ),
}


class QueryViewSet(ProjectScopedViewSet):
    """Queries compute results: what a metric has come to, or who was exposed to an experiment."""

    scope_object = "query"
    required_scopes = ["query:read"]
    access_resource = levels.EXPERIMENT
    # The experiment that a query names is looked up among the visible ones.
    checks_each_object = True
    has_integer_ids = False
    serializer_class = QueryRequestSerializer
    queryset = QueryRun.objects.none()

    @extend_schema(summary="Compute a result", responses=_SHAPES)
    def create(self, request: Request, **kwargs: object) -> Response:
        body = QueryRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wanted: dict[str, Any] = body.validated_data
        query = read_query(wanted["query"], access=self.access, now=self.now)
        refresh = wanted.get("refresh") or "blocking"
        if refresh == "force_cache" or "async" in refresh:
            return self._without_waiting(query, refresh, wanted.get("client_query_id"))
        found = query.result(is_forced=refresh == "force_blocking")
        return Response(with_envelope(found, project=self.project))

    def _without_waiting(self, query: ResultQuery, refresh: str, name: str | None) -> Response:
        found = None if refresh == "force_async" else query.find(now=self.now)
        if found is not None:
            return Response(with_envelope(found, project=self.project))
        if refresh == "force_cache":
            return Response(CACHE_MISS | {"cache_key": query.key.digest})
        if refresh == "async_except_on_cache_miss":
            return Response(with_envelope(query.result(), project=self.project))
        return self._started(query, name or str(uuid7()), is_forced=refresh == "force_async")

    def _started(self, query: ResultQuery, name: str, *, is_forced: bool) -> Response:
        run = services.start_run(
            project=self.project,
            requester=self.actor,
            name=name,
            query=query,
            is_forced=is_forced,
        )
        shown = represent_run(run, now=self.now)
        return Response({"query_status": shown}, status=HTTP_202_ACCEPTED)

    @extend_schema(summary="Ask for a computation", responses={200: ComputationStatusSerializer})
    def retrieve(self, request: Request, pk: str, **kwargs: object) -> Response:
        run = selectors.get_run(access=self.access, requester=self.actor, name=pk)
        return Response({"query_status": represent_run(run, now=self.now)})

    @extend_schema(summary="Cancel a computation", responses={204: None})
    def destroy(self, request: Request, pk: str, **kwargs: object) -> Response:
        run = selectors.get_run(access=self.access, requester=self.actor, name=pk)
        services.cancel_run(run, now=self.now)
        return Response(status=HTTP_204_NO_CONTENT)
