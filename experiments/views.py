"""The endpoints of experiments."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework.decorators import action
from rest_framework.fields import BooleanField
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from activity.mixins import ActivityMixin
from activity.subjects import EXPERIMENT
from api.access_rules.viewsets import RulesViewSet
from api.hidden import HiddenByPatchMixin
from api.response_cache import UNTIL_CHANGED, UntilChanged
from api.viewsets import ProjectScopedViewSet
from approvals.mixins import ApprovalHandlingMixin
from core.exceptions import NotFound
from core.http.pagination import MAX_IDS, IdsPagination
from core.http.query_text import is_id
from experiments import selectors, services
from experiments.fragments import render_page
from experiments.listing import ORDERS, TIMED_ORDERS
from experiments.mixins import LifecycleMixin, ReadsMixin
from experiments.models import Experiment
from experiments.serializers import ExperimentSerializer
from experiments.tagging import EXPERIMENTS
from feature_flags.serializers import MatchingIdsSerializer
from tags.mixins import TagsMixin
from tenants import levels

LIST_PARAMETERS = [
    OpenApiParameter(
        "status", str, description="draft, running, paused, stopped, complete or all; in any case."
    ),
    OpenApiParameter("created_by_id", str, description="The id of a user, or several with commas."),
    OpenApiParameter("archived", bool, description="true for the archived ones instead."),
    OpenApiParameter("feature_flag_id", str, description="The id of a flag, or several."),
    OpenApiParameter("holdout_id", str, description="The id of a holdout, or several."),
    OpenApiParameter("saved_metric_id", str, description="The id of a linked metric, or several."),
    OpenApiParameter("search", str, description="A part of the name, or of the flag's key."),
    OpenApiParameter("event", str, description="The name of an event that a metric counts."),
    OpenApiParameter("tags", str, description="A JSON list: experiments with one of these tags."),
    OpenApiParameter(
        "excluded_tags", str, description="A JSON list: experiments with none of these tags."
    ),
    OpenApiParameter("prompt_name", str, description="The name of the prompt it was made from."),
    OpenApiParameter(
        "order", str, description=f"One of {', '.join(ORDERS)}; with - in front, descending."
    ),
]
_NO = BooleanField.FALSE_VALUES | BooleanField.NULL_VALUES


@extend_schema_view(list=extend_schema(parameters=LIST_PARAMETERS))
class ExperimentViewSet(
    HiddenByPatchMixin,
    ReadsMixin,
    LifecycleMixin,
    TagsMixin,
    ActivityMixin,
    ApprovalHandlingMixin,
    ProjectScopedViewSet,
    ModelViewSet[Any],
):
    """Experiments ask a question of the people that a feature flag splits into variants.

    Creating an experiment makes its flag, or takes the project's flag with that key as it is.
    Setting `start_date` launches it; `end_date` stops it. An experiment is never deleted for
    good: PATCH `deleted` to hide it and to bring it back.
    """

    scope_object = "experiment"
    cached = {"list": UntilChanged(timed={"order": TIMED_ORDERS}), "retrieve": UNTIL_CHANGED}
    compresses_lists = True
    secret_key_actions = ("list", "retrieve")
    approval_resource = "experiment"
    activity_subject = EXPERIMENT
    tagged_kind = EXPERIMENTS
    access_resource = levels.EXPERIMENT
    # Metrics show the names of actions.
    other_resources = (levels.ACTION,)
    serializer_class = ExperimentSerializer
    pagination_class = IdsPagination
    queryset = Experiment.objects.none()
    # What the URL names, when it is asked for early.
    _prefetched: selectors.Deferred | None = None

    def get_queryset(self) -> QuerySet[Experiment]:
        if self.is_list:
            return selectors.list_experiments(
                access=self.access,
                parameters=self.request.query_params,
                clock=lambda: self.now,
            )
        if self._is_restoring:
            return selectors.all_experiments(project=self.project)
        return selectors.live_experiments(project=self.project)

    @property
    def _is_restoring(self) -> bool:
        return self.action in ("update", "partial_update") and _is_restoring(self.request)

    def prefetch_object(self) -> None:
        project_id = self.kwargs["project_id"]
        if "pk" in self.kwargs and is_id(project_id):
            # Whether the caller may know of it is checked later.
            self._prefetched = self._prefetch(project_id=int(project_id))

    def _prefetch(self, *, project_id: int) -> selectors.Deferred:
        is_shown = self.request.method in SAFE_METHODS or self.is_copying
        prefetch = (
            selectors.prefetch_live_experiment
            if is_shown
            else selectors.prefetch_experiment_to_change
        )
        return prefetch(project_id=project_id, reference=self.kwargs["pk"])

    def find_object(self) -> Experiment:
        prefetched = self._prefetched or self._prefetch(project_id=self.project.pk)
        found = prefetched()
        if found is None or (found.deleted and not self._is_restoring):
            raise NotFound
        # Known already, so that nobody need read it.
        found.project = self.project
        self.check_object_permissions(self.request, found)
        return found

    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        ids = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(
            render_page(ids=ids or (), context=self.get_serializer_context())
        )

    @extend_schema(
        summary="List the ids of experiments",
        parameters=LIST_PARAMETERS,
        responses=OpenApiResponse(MatchingIdsSerializer, "All ids, in the order of the list."),
    )
    @action(detail=False, required_scopes=["experiment:read"], pagination_class=None)
    def matching_ids(self, request: Request, **kwargs: object) -> Response:
        """List the ids of all experiments that the list would show and that you may edit.

        `ids` has at most 10,000 of them, `total` counts all.
        """
        found = selectors.list_experiments(
            access=self.access, parameters=request.query_params, clock=lambda: self.now
        )
        ids = selectors.editable_ids(experiments=found, access=self.access)
        shown = {"ids": ids[:MAX_IDS], "total": len(ids)}
        return Response(MatchingIdsSerializer(shown).data)

    def perform_create(self, serializer: Any) -> None:
        serializer.instance = services.create_experiment(
            project=self.project, values=serializer.validated_data, actor=self.actor, now=self.now
        )

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = services.update_experiment(
            experiment=serializer.instance,
            changes=serializer.validated_data,
            actor=self.actor,
            now=self.now,
        )


class ExperimentAccessControlViewSet(RulesViewSet):
    """Access rules about an experiment say who may read it, change it, and say who does."""

    access_resource = levels.EXPERIMENT
    queryset = Experiment.objects.none()

    def get_queryset(self) -> QuerySet[Experiment]:
        return selectors.live_experiments(project=self.project)


def _is_restoring(request: Request) -> bool:
    data = request.data
    if not hasattr(data, "get") or "deleted" not in data:
        return False
    value = data.get("deleted")
    if isinstance(value, str):
        return value.lower() in _NO
    return isinstance(value, int | float | None) and value in _NO
