"""The endpoints of feature flags."""

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
from activity.subjects import FLAG
from api.access_rules.viewsets import RulesViewSet
from api.hidden import HiddenByPatchMixin
from api.throttling import RemoteConfigRateLimit
from api.viewsets import ProjectScopedViewSet
from approvals.mixins import ApprovalHandlingMixin
from core.exceptions import NotFound
from core.http.renderers import NullableJSONRenderer
from feature_flags import selectors, services
from feature_flags.mixins import LIST_PARAMETERS, FlagReadsMixin, ManyFlagsMixin
from feature_flags.models import FeatureFlag
from feature_flags.serializers import FeatureFlagSerializer
from feature_flags.tagging import FLAGS
from feature_flags.viewsets import FlagLifecycleMixin
from tags.mixins import TagsMixin
from tenants import levels

_JSON_TEXT = {"type": ["string", "null"]}
_ERROR = {"$ref": "#/components/schemas/Error"}


@extend_schema_view(list=extend_schema(parameters=LIST_PARAMETERS))
class FeatureFlagViewSet(
    HiddenByPatchMixin,
    FlagReadsMixin,
    FlagLifecycleMixin,
    ManyFlagsMixin,
    TagsMixin,
    ActivityMixin,
    ApprovalHandlingMixin,
    ProjectScopedViewSet,
    ModelViewSet[Any],
):
    """Feature flags decide who gets which variant.

    An experiment drives one of its own; what is changed here reaches the experiment's parameters.
    A flag is never deleted for good: PATCH `deleted` to hide it and to bring it back.
    """

    scope_object = "feature_flag"
    approval_resource = "feature_flag"
    activity_subject = FLAG
    tagged_kind = FLAGS
    # Encrypted payloads are placeholders in it.
    compresses_lists = True
    access_resource = levels.FEATURE_FLAG
    # A search finds the names of experiments.
    other_resources = (levels.EXPERIMENT,)
    serializer_class = FeatureFlagSerializer
    queryset = FeatureFlag.objects.none()

    def get_queryset(self) -> QuerySet[FeatureFlag]:
        if self.is_list:
            return selectors.list_live_flags(
                access=self.access, parameters=self.request.query_params, now=self.now
            )
        return selectors.list_flags(project=self.project)

    def perform_create(self, serializer: Any) -> None:
        serializer.instance = services.create_flag(
            project=self.project, values=serializer.sent_values, actor=self.actor, now=self.now
        )

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = services.update_flag(
            flag=serializer.instance,
            changes=serializer.sent_values,
            seen=serializer.last_seen,
            actor=self.actor,
            now=self.now,
        )

    @extend_schema(
        summary="Read a remote configuration",
        parameters=[
            OpenApiParameter("id", str, OpenApiParameter.PATH, description="The flag's id, or key.")
        ],
        responses={
            200: OpenApiResponse(_JSON_TEXT, "The payload of the flag, as JSON text, or null."),
            404: OpenApiResponse(_ERROR, "No such flag, or it is no remote configuration."),
        },
    )
    @action(
        detail=True,
        required_scopes=["feature_flag:read"],
        renderer_classes=[NullableJSONRenderer],
        throttle_classes=[RemoteConfigRateLimit],
    )
    def remote_config(self, request: Request, **kwargs: object) -> Response:
        """Read what the flag hands out to everyone, decrypted; `id` may be its key."""
        reference = self.kwargs["pk"]
        self.kwargs["pk"] = str(selectors.get_flag_id(project=self.project, reference=reference))
        flag = self.get_object()
        if not flag.is_remote_configuration:
            raise NotFound("This flag is no remote configuration.")
        return Response(selectors.remote_payload(flag=flag))


class FeatureFlagAccessControlViewSet(RulesViewSet):
    """Access rules about a feature flag say who may read it, change it, and say who does."""

    access_resource = levels.FEATURE_FLAG
    queryset = FeatureFlag.objects.none()

    def get_queryset(self) -> QuerySet[FeatureFlag]:
        return selectors.list_flags(project=self.project)
