"""The endpoints of the whole history of a project, and of an organization."""

from typing import cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request

from activity import selectors
from activity.models import ActivityLog
from activity.serializers import ActivityFiltersSerializer, ActivityLogSerializer
from api.viewsets import OrganizationScopedViewSet, ProjectScopedViewSet
from core.http.log_pagination import LogPagination
from tenants.levels import ACTIVITY_LOG


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
        return selectors.list_activity(
            project=self.project, access=self.access, filters=_filters(self.request)
        )


@extend_schema_view(
    list=extend_schema(
        summary="List what happened in the organization", parameters=[ActivityFiltersSerializer]
    )
)
class OrganizationActivityLogViewSet(OrganizationScopedViewSet, ListModelMixin):
    """Who changed what in the organization as a whole: its settings, members and invitations.

    That a project was created or deleted is told here too; what happens in one, in its own log.
    """

    scope_object = "activity_log"
    serializer_class = ActivityLogSerializer
    pagination_class = LogPagination
    queryset = ActivityLog.objects.none()

    def get_queryset(self) -> QuerySet[ActivityLog]:
        return selectors.list_activity_of_organization(
            organization=self.organization, reader=self.actor, filters=_filters(self.request)
        )


def _filters(request: Request) -> selectors.ActivityFilters:
    asked = {name: value for name, value in request.query_params.items() if value}
    filters = ActivityFiltersSerializer(data=asked)
    filters.is_valid(raise_exception=True)
    return cast("selectors.ActivityFilters", filters.validated_data)
