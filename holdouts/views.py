"""The endpoints of holdouts."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.viewsets import ModelViewSet

from activity.mixins import ActivityMixin
from activity.subjects import HOLDOUT
from api.response_cache import UNTIL_CHANGED
from api.viewsets import ProjectScopedViewSet
from approvals.mixins import ApprovalHandlingMixin
from holdouts import selectors, services
from holdouts.models import Holdout
from holdouts.serializers import HoldoutSerializer
from tenants import levels


class HoldoutViewSet(ActivityMixin, ApprovalHandlingMixin, ProjectScopedViewSet, ModelViewSet[Any]):
    """Holdouts keep a share of people out of every experiment that uses them.

    Changing a holdout's percentage, or deleting it, takes effect on the feature flags of all its
    experiments at once, running ones included.
    """

    scope_object = "experiment"
    # Newer clients ask for keys of this one.
    other_scope_objects = ("experiment_holdout",)
    cached = {"list": UNTIL_CHANGED, "retrieve": UNTIL_CHANGED}
    compresses_lists = True
    approval_resource = "experiment_holdout"
    activity_subject = HOLDOUT
    access_resource = levels.HOLDOUT
    has_object_rules = False
    serializer_class = HoldoutSerializer
    queryset = Holdout.objects.none()

    def get_queryset(self) -> QuerySet[Holdout]:
        return selectors.list_holdouts(project=self.project)

    def perform_create(self, serializer: Any) -> None:
        serializer.instance = services.create_holdout(
            project=self.project, values=serializer.validated_data, actor=self.actor, now=self.now
        )

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = services.update_holdout(
            project=self.project,
            holdout_id=serializer.instance.pk,
            changes=serializer.validated_data,
            actor=self.actor,
            now=self.now,
        )

    def perform_destroy(self, instance: Holdout) -> None:
        services.delete_holdout(
            project=self.project, holdout_id=instance.pk, actor=self.actor, now=self.now
        )
