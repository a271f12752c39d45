"""The same resource as it is ordinarily written with Django REST framework, without authentication.

Model serializers, `select_related`, `prefetch_related`, and what the framework does by itself.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.urls import include, path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ModelViewSet

from activity.models import ActivityLog
from bench.documents import VIEWER, flag_filters
from experiments.metrics import metric_fingerprint
from experiments.models import Experiment, ExperimentSavedMetric
from feature_flags.models import FeatureFlag
from feature_flags.serializers import MinimalFeatureFlagSerializer
from holdouts.models import Holdout
from users.models import User


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = [
            "id",
            "uuid",
            "distinct_id",
            "first_name",
            "last_name",
            "email",
            "is_email_verified",
            "hedgehog_config",
            "role_at_organization",
        ]


class FlagSerializer(serializers.ModelSerializer):
    team_id = serializers.IntegerField(source="project_id")

    class Meta:
        model = FeatureFlag
        fields = MinimalFeatureFlagSerializer.Meta.fields


class HoldoutSerializer(serializers.ModelSerializer):
    created_by = UserSerializer()

    class Meta:
        model = Holdout
        fields = ["id", "name", "description", "filters", "created_by", "created_at", "updated_at"]


class LinkSerializer(serializers.ModelSerializer):
    query = serializers.SerializerMethodField()
    name = serializers.CharField(source="saved_metric.name")

    class Meta:
        model = ExperimentSavedMetric
        fields = ["id", "experiment", "saved_metric", "metadata", "created_at", "query", "name"]

    def get_query(self, link: ExperimentSavedMetric) -> dict[str, object]:
        fingerprint = metric_fingerprint(
            metric=link.saved_metric.query,
            start_date=link.experiment.start_date,
            stats_method=link.experiment.stats_method,
            exposure_criteria=link.experiment.exposure_criteria,
        )
        return link.saved_metric.query | {"fingerprint": fingerprint}


class ExperimentSerializer(serializers.ModelSerializer):
    feature_flag_key = serializers.CharField()
    feature_flag = FlagSerializer(read_only=True)
    holdout = HoldoutSerializer(read_only=True)
    holdout_id = serializers.PrimaryKeyRelatedField(
        source="holdout", queryset=Holdout.objects.all(), required=False
    )
    saved_metrics = LinkSerializer(source="saved_metric_links", many=True, read_only=True)
    saved_metrics_ids = serializers.SerializerMethodField()
    created_by = UserSerializer(read_only=True)
    _create_in_folder = serializers.CharField(source="folder", required=False)
    user_access_level = serializers.SerializerMethodField()

    class Meta:
        model = Experiment
        fields = [
            *("id", "name", "description", "start_date", "end_date", "feature_flag_key"),
            *("feature_flag", "holdout", "holdout_id", "exposure_cohort", "parameters"),
            *("secondary_metrics", "saved_metrics", "saved_metrics_ids", "filters", "archived"),
            *("deleted", "created_by", "created_at", "updated_at", "type", "exposure_criteria"),
            *("metrics", "metrics_secondary", "stats_config", "scheduling_config"),
            *("_create_in_folder", "conclusion", "conclusion_comment"),
            *("primary_metrics_ordered_uuids", "secondary_metrics_ordered_uuids"),
            *("exposure_preaggregation_enabled", "status", "user_access_level"),
        ]
        read_only_fields = ["exposure_cohort", "created_at", "updated_at", "status"]

    def get_saved_metrics_ids(self, experiment: Experiment) -> list[dict[str, object]]:
        links = experiment.saved_metric_links.all()
        return [{"id": link.saved_metric_id, "metadata": link.metadata} for link in links]

    def get_user_access_level(self, experiment: Experiment) -> str:
        return "manager" if experiment.created_by_id == VIEWER else "editor"


class ExperimentViewSet(ModelViewSet):
    serializer_class = ExperimentSerializer
    pagination_class = LimitOffsetPagination
    authentication_classes = []
    permission_classes = []

    def get_queryset(self) -> QuerySet[Experiment]:
        rows = Experiment.objects.filter(project_id=self.kwargs["project_id"], deleted=False)
        if self.action == "list":
            rows = rows.filter(archived=False)
        return (
            rows.select_related("feature_flag", "holdout__created_by", "created_by")
            .prefetch_related("saved_metric_links__saved_metric")
            .order_by("-created_at", "-id")
        )

    @transaction.atomic
    def perform_create(self, serializer: ExperimentSerializer) -> None:
        now, project_id = timezone.now(), int(self.kwargs["project_id"])
        key = serializer.validated_data.pop("feature_flag_key")
        metrics = serializer.validated_data["metrics"]
        stamped = [metric | {"fingerprint": "0" * 64} for metric in metrics]
        flag = FeatureFlag.objects.create(
            project_id=project_id,
            key=key,
            name=f"Feature Flag for Experiment {serializer.validated_data['name']}",
            active=False,
            filters=flag_filters(None),
            creation_context="experiments",
            created_by_id=VIEWER,
            last_modified_by_id=VIEWER,
        )
        _note(project_id, "created", "FeatureFlag", flag.pk, key)
        experiment = serializer.save(
            project_id=project_id,
            feature_flag=flag,
            created_by_id=VIEWER,
            created_at=now,
            updated_at=now,
            metrics=stamped,
            primary_metrics_ordered_uuids=[metric["uuid"] for metric in metrics],
        )
        _note(project_id, "created", "Experiment", experiment.pk, experiment.name)
        serializer.instance = self.get_queryset().get(pk=experiment.pk)

    @transaction.atomic
    def perform_update(self, serializer: ExperimentSerializer) -> None:
        experiment = serializer.save(updated_at=timezone.now())
        _note(experiment.project_id, "updated", "Experiment", experiment.pk, experiment.name)
        serializer.instance = self.get_queryset().get(pk=experiment.pk)


def _note(project_id: int, activity: str, subject: str, item: int, name: str) -> None:
    ActivityLog.objects.create(
        project_id=project_id,
        user_id=VIEWER,
        activity=activity,
        subject=subject,
        scope=subject,
        item_id=str(item),
        detail={"name": name, "short_id": None, "type": None, "trigger": None, "changes": None},
        created_at=timezone.now(),
    )


_router = SimpleRouter()
_router.register("experiments", ExperimentViewSet, basename="experiment")
urlpatterns = [path("api/projects/<int:project_id>/", include(_router.urls))]
