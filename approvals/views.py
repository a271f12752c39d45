"""The endpoints of policies and change requests."""

from collections.abc import Callable
from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ModelViewSet, ReadOnlyModelViewSet

from api.permissions import AdminWritePermission
from api.viewsets import ProjectScopedViewSet
from approvals import selectors, services
from approvals.models import ApprovalPolicy, ChangeRequest
from approvals.permissions import RequesterPermission, VoterPermission
from approvals.serializers import (
    ApprovalPolicySerializer,
    ChangeRequestSerializer,
    VoteOutcomeSerializer,
    VoteSerializer,
)
from core.http.responses import BARE_OR_PLAIN
from tenants.levels import EXPERIMENT, FEATURE_FLAG, HOLDOUT

_WRITE = ["approvals:write"]
_describe_vote = extend_schema(
    request=VoteSerializer,
    responses={
        200: OpenApiResponse(VoteOutcomeSerializer, "What the vote led to."),
        400: OpenApiResponse(BARE_OR_PLAIN, "The vote came too late, or is not valid."),
    },
)


def _vote_endpoint(permission: type[BasePermission]) -> Callable[[Callable[..., Response]], object]:
    """Return what makes a method the endpoint of a vote that this permission guards."""
    endpoint = action(
        detail=True,
        methods=["post"],
        required_scopes=_WRITE,
        permission_classes=[*ProjectScopedViewSet.permission_classes, permission],
    )
    return lambda method: _describe_vote(endpoint(method))


@extend_schema_view(
    list=extend_schema(
        parameters=[
            OpenApiParameter("action_key", str),
            OpenApiParameter("enabled", bool, description="Anything but `true` means disabled."),
        ]
    )
)
class ApprovalPolicyViewSet(ProjectScopedViewSet, ModelViewSet[Any]):
    """Approval policies say whose agreement a kind of change needs.

    Members read them, admins of the organization write them. Change requests that are open keep the
    rules they were made under.
    """

    scope_object = "approvals"
    has_integer_ids = False
    permission_classes = [*ProjectScopedViewSet.permission_classes, AdminWritePermission]
    serializer_class = ApprovalPolicySerializer
    queryset = ApprovalPolicy.objects.none()

    def get_queryset(self) -> QuerySet[ApprovalPolicy]:
        parameters = self.request.query_params if self.is_list else {}
        return selectors.list_policies(project=self.project, parameters=parameters)

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        serializer.instance = services.create_policy(
            project=self.project, values=serializer.validated_data, actor=self.actor, now=self.now
        )

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        serializer.instance = services.update_policy(
            policy=cast("ApprovalPolicy", serializer.instance),
            changes=serializer.validated_data,
            now=self.now,
        )

    def perform_destroy(self, instance: ApprovalPolicy) -> None:
        services.delete_policy(policy=instance)


@extend_schema_view(
    list=extend_schema(
        parameters=[
            OpenApiParameter("state", str, description="One or more states, comma-separated."),
            OpenApiParameter("action_key", str),
            OpenApiParameter("requester", int, description="The id of a user."),
            OpenApiParameter("resource_type", str),
            OpenApiParameter("resource_id", str),
        ]
    )
)
class ChangeRequestViewSet(ProjectScopedViewSet, ReadOnlyModelViewSet[Any]):
    """Change requests are changes that wait, or waited, for someone's agreement.

    A request comes from a write that a policy stopped with a 409. When enough approvers agree, the
    whole write is carried out as the person who asked for it; one rejection ends it.
    """

    scope_object = "approvals"
    has_integer_ids = False
    serializer_class = ChangeRequestSerializer
    queryset = ChangeRequest.objects.none()
    other_resources = (EXPERIMENT, FEATURE_FLAG, HOLDOUT)

    def get_queryset(self) -> QuerySet[ChangeRequest]:
        parameters = self.request.query_params if self.is_list else {}
        return selectors.list_visible_requests(
            project=self.project, access=self.access, parameters=parameters, now=self.now
        )

    @_vote_endpoint(VoterPermission)
    def approve(self, request: Request, **kwargs: object) -> Response:
        """Agree to a change request; the last agreement that is needed carries it out."""
        return self._vote(services.approve)

    @_vote_endpoint(VoterPermission)
    def reject(self, request: Request, **kwargs: object) -> Response:
        """End a change request, saying why."""
        return self._vote(services.reject)

    @_vote_endpoint(RequesterPermission)
    def cancel(self, request: Request, **kwargs: object) -> Response:
        """Take one's own change request back."""
        return self._vote(services.cancel)

    def _vote(self, cast: Callable[..., services.Outcome]) -> Response:
        found = self.get_object()
        outcome = cast(vote=self._vote_on(found))
        # Whoever voted on it sees it, even when what it was about is gone now.
        shown = selectors.list_change_requests(project=self.project).get(pk=found.pk)
        body = {
            "status": outcome.status,
            "message": outcome.message,
            "change_request": self.get_serializer(shown).data,
        }
        return Response(body if outcome.result is None else body | {"result": outcome.result})

    def _vote_on(self, request: ChangeRequest) -> services.Vote:
        vote = VoteSerializer(data=self.request.data)
        vote.is_valid(raise_exception=True)
        return services.Vote(
            project=self.project,
            request_id=request.pk,
            voter=self.actor,
            now=self.now,
            reason=vote.validated_data.get("reason", ""),
        )
