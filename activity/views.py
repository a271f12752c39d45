"""The endpoint of a project's whole history."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin

from activity import selectors
from activity.models import ActivityLog
from activity.serializers import ActivityFiltersSerializer, ActivityLogSerializer
from core.log_pagination import LogPagination
from projects.levels import ACTIVITY_LOG
from projects.viewsets import ProjectScopedViewSet


@extend_schema_view(
    list=extend_schema(
        summary="List what happened in the project", parameters=[ActivityFiltersSerializer]
    )
)
class ActivityLogViewSet(ProjectScopedViewSet, ListModelMixin):
    """The activity log says who changed what in the project, from what to what.

    An entry is written with the change it tells, and never without it.
    """

    scope_object = "activity_log"
    access_resource = ACTIVITY_LOG
    has_object_rules = False
    serializer_class = ActivityLogSerializer
    pagination_class = LogPagination
    queryset = ActivityLog.objects.none()

    def get_queryset(self) -> QuerySet[ActivityLog]:
        asked = {name: value for name, value in self.request.query_params.items() if value}
        filters = ActivityFiltersSerializer(data=asked)
        filters.is_valid(raise_exception=True)
        return selectors.list_activity(project=self.project, filters=filters.validated_data)
