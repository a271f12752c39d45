"""The endpoints of annotations."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.permissions import SAFE_METHODS
from rest_framework.viewsets import ModelViewSet

from activity.mixins import ActivityMixin
from activity.subjects import ANNOTATION
from annotations import selectors, services
from annotations.models import Annotation
from annotations.serializers import AnnotationSerializer
from api.hidden import HiddenByPatchMixin
from api.viewsets import ProjectScopedViewSet
from core.http.pagination import LongPagination

LIST_PARAMETERS = [
    OpenApiParameter("search", str, description="A part of the content, in any case."),
]


@extend_schema_view(list=extend_schema(parameters=LIST_PARAMETERS))
class AnnotationViewSet(HiddenByPatchMixin, ActivityMixin, ProjectScopedViewSet, ModelViewSet[Any]):
    """Annotations are notes about moments, such as a launch or a deployment.

    Those of the scope `organization` are shown in every project of the organization, and changed
    in their own. An annotation is never deleted for good: PATCH `deleted` to hide it and to bring
    it back.
    """

    scope_object = "annotation"
    activity_subject = ANNOTATION
    has_object_rules = False
    pagination_class = LongPagination
    serializer_class = AnnotationSerializer
    queryset = Annotation.objects.none()

    def get_queryset(self) -> QuerySet[Annotation]:
        if self.is_list:
            return selectors.list_live_annotations(
                project=self.project, user=self.actor, parameters=self.request.query_params
            )
        # Wire quirk: annotations-are-changed-at-home, see docs/quirks.md.
        if self.action == "retrieve" and self.request.method in SAFE_METHODS:
            return selectors.visible_annotations(project=self.project, user=self.actor)
        return selectors.list_annotations(project=self.project)

    def perform_create(self, serializer: Any) -> None:
        serializer.instance = services.create_annotation(
            project=self.project, values=serializer.sent_values, actor=self.actor, now=self.now
        )

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = services.update_annotation(
            project=self.project,
            annotation_id=serializer.instance.pk,
            changes=serializer.sent_values,
            actor=self.actor,
            now=self.now,
        )
