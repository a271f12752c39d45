"""The endpoints of scheduled changes."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.status import HTTP_201_CREATED
from rest_framework.viewsets import ModelViewSet

from api.models import IdempotencyKey
from api.viewsets import ProjectScopedViewSet
from scheduled_changes import selectors, services
from scheduled_changes.models import ScheduledChange
from scheduled_changes.serializers import ScheduledChangeSerializer
from tenants import levels

LIST_PARAMETERS = [
    OpenApiParameter("model_name", str, description="Nothing but `FeatureFlag` finds any."),
    OpenApiParameter("record_id", str, description="The id of a flag."),
]


@extend_schema_view(list=extend_schema(parameters=LIST_PARAMETERS))
class ScheduledChangeViewSet(ProjectScopedViewSet, ModelViewSet[Any]):
    """Scheduled changes switch flags, add conditions or replace variants at a later time.

    They are made within a minute of that time, once or again and again, as the person who wrote
    them. Where others must agree, they are asked at once.
    """

    scope_object = "feature_flag"
    access_resource = levels.FEATURE_FLAG
    # Who may change a flag may schedule its changes: the flag's level counts, not the kind's.
    checks_each_object = True
    serializer_class = ScheduledChangeSerializer
    queryset = ScheduledChange.objects.none()

    def get_queryset(self) -> QuerySet[ScheduledChange]:
        return selectors.list_scheduled_changes(
            project=self.project,
            access=self.access,
            parameters=self.request.query_params if self.is_list else {},
        )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # Which of them are visible is a matter of their flags.
        return queryset

    def check_object_permissions(self, request: Request, obj: Any) -> None:
        super().check_object_permissions(request, obj.flag)

    def check_replay(self, answer: IdempotencyKey) -> None:
        super().check_replay(answer)
        if answer.status == HTTP_201_CREATED:
            record_id = str(self.request.data["record_id"])
            flag = selectors.find_flag(
                project=self.project, access=self.access, record_id=record_id
            )
            self.check_replay_of(flag)

    def perform_create(self, serializer: Any) -> None:
        serializer.instance = services.schedule_change(
            project=self.project,
            access=self.access,
            values=serializer.sent_values,
            actor=self.actor,
            now=self.now,
        )

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = services.reschedule(
            change=serializer.instance,
            changes=serializer.sent_values,
            actor=self.actor,
            now=self.now,
        )

    def perform_destroy(self, instance: ScheduledChange) -> None:
        services.cancel_change(change=instance, actor=self.actor, now=self.now)
