"""The endpoints of saved metrics."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.viewsets import ModelViewSet

from activity.mixins import ActivityMixin
from activity.subjects import SAVED_METRIC
from api.access_rules.viewsets import RulesViewSet
from api.response_cache import UNTIL_CHANGED
from api.viewsets import ProjectScopedViewSet
from saved_metrics import selectors, services
from saved_metrics.models import SavedMetric
from saved_metrics.serializers import SavedMetricSerializer
from saved_metrics.tagging import SAVED_METRICS
from tags.mixins import TagsMixin
from tenants import levels

LIST_PARAMETERS = [
    OpenApiParameter("event", str, description="The name of an event that the metric counts."),
    OpenApiParameter(
        "search", str, description="Words: each is in the name, in the description or in a tag."
    ),
]


@extend_schema_view(list=extend_schema(parameters=LIST_PARAMETERS))
class SavedMetricViewSet(TagsMixin, ActivityMixin, ProjectScopedViewSet, ModelViewSet[Any]):
    """Saved metrics are metric definitions that experiments share by reference.

    An update reaches every experiment that uses the metric at once; deleting one removes it from
    them.
    """

    scope_object = "experiment_saved_metric"
    cached = {"list": UNTIL_CHANGED, "retrieve": UNTIL_CHANGED}
    compresses_lists = True
    activity_subject = SAVED_METRIC
    tagged_kind = SAVED_METRICS
    access_resource = levels.SAVED_METRIC
    # Metrics show the names of actions.
    other_resources = (levels.ACTION,)
    serializer_class = SavedMetricSerializer
    queryset = SavedMetric.objects.none()

    def get_queryset(self) -> QuerySet[SavedMetric]:
        parameters = self.request.query_params if self.is_list else {}
        return selectors.list_saved_metrics(access=self.access, parameters=parameters)

    def perform_create(self, serializer: Any) -> None:
        serializer.instance = services.create_saved_metric(
            project=self.project, values=serializer.validated_data, actor=self.actor, now=self.now
        )

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = services.update_saved_metric(
            project=self.project,
            saved_metric_id=serializer.instance.pk,
            changes=serializer.validated_data,
            actor=self.actor,
            now=self.now,
        )

    def perform_destroy(self, instance: SavedMetric) -> None:
        services.delete_saved_metric(
            project=self.project, saved_metric_id=instance.pk, actor=self.actor, now=self.now
        )


class SavedMetricAccessControlViewSet(RulesViewSet):
    """Access rules about a saved metric say who may read it, change it, and say who does."""

    access_resource = levels.SAVED_METRIC
    queryset = SavedMetric.objects.none()

    def get_queryset(self) -> QuerySet[SavedMetric]:
        return selectors.list_saved_metrics(access=self.access)
