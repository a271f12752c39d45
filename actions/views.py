"""The endpoints of actions."""

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

from actions import selectors, services
from actions.models import Action
from actions.registry import references_to
from actions.serializers import ActionReferenceSerializer, ActionSerializer
from actions.tagging import ACTIONS
from activity.mixins import ActivityMixin
from activity.subjects import ACTION
from api.access_rules.viewsets import RulesViewSet
from api.hidden import HiddenByPatchMixin
from api.response_cache import UNTIL_CHANGED
from api.viewsets import ProjectScopedViewSet
from core.http.pagination import LongPagination, first_of_read
from tags.mixins import TagsMixin
from tenants import levels

LIST_PARAMETERS = [
    OpenApiParameter("search", str, description="A part of the name, in any case."),
    OpenApiParameter("created_by", str, description="The id of a user, or several with commas."),
    OpenApiParameter("tags", str, description="A JSON list: actions with one of these tags."),
    OpenApiParameter(
        "ordering",
        str,
        description=f"One of {', '.join(selectors.ORDERS)}; with - in front, descending.",
    ),
]


@extend_schema_view(list=extend_schema(parameters=LIST_PARAMETERS))
class ActionViewSet(
    HiddenByPatchMixin, TagsMixin, ActivityMixin, ProjectScopedViewSet, ModelViewSet[Any]
):
    """Actions are named events: metrics and exposure criteria count the events that match one.

    A change reaches the results of everything that refers to the action. An action is never
    deleted for good: PATCH `deleted` to hide it and to bring it back.
    """

    scope_object = "action"
    cached = {"list": UNTIL_CHANGED, "retrieve": UNTIL_CHANGED}
    activity_subject = ACTION
    tagged_kind = ACTIONS
    access_resource = levels.ACTION
    other_resources = (levels.EXPERIMENT, levels.SAVED_METRIC)
    pagination_class = LongPagination
    serializer_class = ActionSerializer
    queryset = Action.objects.none()

    def get_queryset(self) -> QuerySet[Action]:
        if self.is_list:
            return selectors.list_live_actions(
                project=self.project, parameters=self.request.query_params
            )
        return selectors.list_actions(project=self.project)

    def perform_create(self, serializer: Any) -> None:
        serializer.instance = services.create_action(
            project=self.project, values=serializer.sent_values, actor=self.actor, now=self.now
        )

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = services.update_action(
            project=self.project,
            action_id=serializer.instance.pk,
            changes=serializer.sent_values,
            actor=self.actor,
            now=self.now,
        )

    @extend_schema(
        summary="List what is defined by an action",
        responses=OpenApiResponse(
            ActionReferenceSerializer(many=True), "Experiments, saved metrics and cohorts."
        ),
    )
    @action(detail=True, required_scopes=["action:read"], pagination_class=None)
    def references(self, request: Request, **kwargs: object) -> Response:
        """List the experiments, saved metrics and cohorts, as far as you may know of them."""
        found: Any = references_to(access=self.access, action_id=self.get_object().pk)
        shown, headers = first_of_read(found)
        return Response(ActionReferenceSerializer(shown, many=True).data, headers=headers)


class ActionAccessControlViewSet(RulesViewSet):
    """Access rules about an action say who may read it, change it, and say who does."""

    access_resource = levels.ACTION
    queryset = Action.objects.none()

    def get_queryset(self) -> QuerySet[Action]:
        return selectors.list_actions(project=self.project)
