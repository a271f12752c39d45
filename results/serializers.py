"""Queries about results as clients send them."""

import re
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from core.http.fields import ArrayField, ObjectField, StrictTextField
from experiments.validation import check_exposure_criteria
from holdouts.validation import check_groups
from results.models import Recalculation
from results.representation import EXPOSURE_QUERY, METRIC_QUERY
from saved_metrics.documents import MetricDocumentError, check_inline_metric

REFRESH = (
    "blocking",
    "async",
    "async_except_on_cache_miss",
    "lazy_async",
    "force_blocking",
    "force_async",
    "force_cache",
)
MAX_ID = 2**63 - 1
_NAMES_A_ROUTE = re.compile(r"[^/.]*")


class QueryRequestSerializer(serializers.Serializer[Any]):
    """A query, and whether it may be answered from what is known."""

    query = ObjectField(
        help_text="`{kind: ExperimentQuery, experiment_id, metric}` for the result of a metric, or "
        "`{kind: ExperimentExposureQuery, experiment_id, experiment_name, feature_flag, …}`."
    )
    refresh = serializers.ChoiceField(
        choices=REFRESH,
        required=False,
        allow_null=True,
        help_text="`blocking` (the default) answers when the result is there, computed anew if "
        "events have arrived; `force_…` computes in any case; `async` and its kin answer at once "
        "with a `query_status` to poll; `force_cache` computes nothing.",
    )
    client_query_id = serializers.CharField(
        required=False,
        allow_null=True,
        max_length=128,
        help_text="The id by which a computation in the background is polled; without dots and "
        "slashes then.",
    )
    name = serializers.CharField(required=False, allow_null=True, max_length=128)

    def to_internal_value(self, data: Any) -> Any:
        # Older clients say `refresh: true`, and `async` beside it.
        known = dict(data) if isinstance(data, Mapping) else data
        if isinstance(known, dict) and isinstance(known.get("refresh"), bool):
            known["refresh"] = "force_blocking" if known["refresh"] else "blocking"
        if isinstance(known, dict) and known.get("async") is True and not known.get("refresh"):
            known["refresh"] = "async"
        return super().to_internal_value(known)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        # Only what may be answered with a status to poll has a route with this name.
        name, refresh = attrs.get("client_query_id") or "", attrs.get("refresh") or ""
        if refresh.endswith("async") and not _NAMES_A_ROUTE.fullmatch(name):
            raise serializers.ValidationError(
                {"client_query_id": "Dots and slashes are not allowed: this is polled by its name."}
            )
        return attrs


def checked_metric(value: dict[str, object]) -> dict[str, object]:
    """Return the metric document.

    :raises ValidationError: when it is none.
    """
    try:
        check_inline_metric(document=value)
    except MetricDocumentError as reason:
        raise serializers.ValidationError(str(reason)) from reason
    return value


class ExperimentIDField(serializers.IntegerField):
    def __init__(self) -> None:
        super().__init__(min_value=1, max_value=MAX_ID)


class MetricQuerySerializer(serializers.Serializer[Any]):
    """The query for the result of one metric."""

    kind = serializers.ChoiceField(choices=[METRIC_QUERY])
    experiment_id = ExperimentIDField()
    metric = ObjectField()

    def validate_metric(self, value: dict[str, object]) -> dict[str, object]:
        return checked_metric(value)


class QueriedFlagSerializer(serializers.Serializer[Any]):
    key = StrictTextField()
    filters = ObjectField(required=False)


class QueriedHoldoutSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    filters = ArrayField(required=False, allow_null=True)

    def validate_filters(self, value: list[object] | None) -> list[object]:
        # A holdout may have no groups yet.
        if value:
            check_groups(value)
        return value or []


class ExposureQuerySerializer(serializers.Serializer[Any]):
    """The query for an experiment's exposures; what it carries itself counts."""

    kind = serializers.ChoiceField(choices=[EXPOSURE_QUERY])
    experiment_id = ExperimentIDField()
    experiment_name = serializers.CharField(allow_blank=True)
    feature_flag = QueriedFlagSerializer()
    exposure_criteria = ObjectField(required=False, allow_null=True)
    start_date = serializers.DateTimeField(required=False, allow_null=True)
    end_date = serializers.DateTimeField(required=False, allow_null=True)
    holdout = QueriedHoldoutSerializer(required=False, allow_null=True)

    def validate_exposure_criteria(self, value: object) -> object:
        # Here null is the usual event, too.
        known = value.items() if isinstance(value, Mapping) else ()
        check_exposure_criteria({name: member for name, member in known if member is not None})
        return value


QUERIES: dict[object, type[serializers.Serializer[Any]]] = {
    METRIC_QUERY: MetricQuerySerializer,
    EXPOSURE_QUERY: ExposureQuerySerializer,
}


class _NullableField(serializers.JSONField):
    def __init__(self) -> None:
        super().__init__(allow_null=True, required=False)


class QueryResponseSerializer(serializers.Serializer[Any]):
    """A result: of a metric, or of the exposures; members of the other kind are missing."""

    kind = serializers.ChoiceField(choices=[METRIC_QUERY, EXPOSURE_QUERY], required=False)
    baseline = serializers.JSONField(required=False, help_text="The sums of the baseline.")
    variant_results = serializers.ListField(
        child=serializers.JSONField(),
        required=False,
        help_text="For each other variant its sums, `method`, `significant`, and `chance_to_win` "
        "with `credible_interval` or `p_value` with `confidence_interval`.",
    )
    breakdown_results = _NullableField()
    timeseries = serializers.ListField(
        child=serializers.JSONField(),
        required=False,
        help_text="For each variant its `days` and cumulative `exposure_counts`.",
    )
    total_exposures = serializers.DictField(child=serializers.IntegerField(), required=False)
    date_range = serializers.JSONField(required=False)
    sample_ratio_mismatch = _NullableField()
    bias_risk = _NullableField()
    is_cached = serializers.BooleanField()
    cache_key = serializers.CharField(allow_null=True)
    last_refresh = serializers.DateTimeField(required=False)
    query_status = _NullableField()


class ComputationStatusSerializer(serializers.Serializer[Any]):
    """How a computation in the background goes."""

    query_status = serializers.JSONField(
        help_text="`complete`, `error` with `error_message`, and `results` once it has ended; poll "
        "it by its `id`."
    )


class MetricOverviewSerializer(serializers.Serializer[Any]):
    uuid = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    section = serializers.ChoiceField(choices=["primary", "secondary"])
    saved_metric_id = serializers.IntegerField(allow_null=True)
    metric_type = serializers.CharField(allow_null=True)
    goal = serializers.CharField()
    result = serializers.JSONField(
        allow_null=True, help_text="As an `ExperimentQuery` answers; null when it failed."
    )
    estimates = serializers.JSONField(
        allow_null=True,
        help_text="By variant its `mean`, and the `difference` from the baseline with `interval`.",
    )
    error = serializers.JSONField(allow_null=True, help_text="`code` and `detail` of a failure.")
    unseen_events = serializers.ListField(
        child=serializers.CharField(),
        help_text="Events it names, itself or by an action, that never arrived in the project.",
    )


class OverviewSerializer(serializers.Serializer[Any]):
    """All results of an experiment."""

    computed_at = serializers.DateTimeField()
    exposures = serializers.JSONField(help_text="As an `ExperimentExposureQuery` answers.")
    difference_type = serializers.ChoiceField(
        choices=["RELATIVE", "ABSOLUTE"],
        help_text="What differences and intervals are measured in.",
    )
    metrics = MetricOverviewSerializer(many=True)
    verdict = serializers.JSONField(
        allow_null=True,
        help_text="`decision` (`keep running`, `ship`, `stop` or `do not trust`), `headline` and "
        "`reasons`, each a `code`, a `text`, and the `metric` and `variant` it is about.",
    )


class TimeseriesQuerySerializer(serializers.Serializer[Any]):
    metric_uuid = serializers.CharField(max_length=200, help_text="The `uuid` of the metric.")
    fingerprint = serializers.CharField(
        max_length=200, help_text="The `fingerprint` that the experiment shows at the metric."
    )


class MetricTimeseriesSerializer(serializers.Serializer[Any]):
    """Results of a metric by day, each cumulative from the start."""

    experiment_id = serializers.IntegerField()
    metric_uuid = serializers.CharField()
    status = serializers.ChoiceField(choices=["pending", "partial", "completed", "failed"])
    timeseries = serializers.DictField(child=serializers.JSONField(allow_null=True))
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), allow_null=True
    )
    computed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    recalculation_status = serializers.CharField(allow_null=True)
    recalculation_created_at = serializers.DateTimeField(allow_null=True)


class RecalculateTimeseriesSerializer(serializers.Serializer[Any]):
    metric = ObjectField(help_text="The metric, as in the experiment.")
    fingerprint = serializers.CharField(max_length=200)

    def validate_metric(self, value: dict[str, object]) -> dict[str, object]:
        return checked_metric(value)


class TimeseriesRunSerializer(serializers.Serializer[Any]):
    """A computation of all days of a metric."""

    id = serializers.UUIDField()
    experiment_id = serializers.IntegerField()
    metric_uuid = serializers.CharField(allow_null=True)
    fingerprint = serializers.CharField()
    status = serializers.CharField()
    created_at = serializers.DateTimeField()


class RecalculationRequestSerializer(serializers.Serializer[Any]):
    trigger = serializers.ChoiceField(
        choices=Recalculation.Trigger.choices, default=Recalculation.Trigger.MANUAL
    )


class RecalculationSerializer(serializers.Serializer[Any]):
    """A computation of all metrics, and how far it is."""

    id = serializers.UUIDField()
    experiment_id = serializers.IntegerField()
    status = serializers.CharField()
    total_metrics = serializers.IntegerField()
    completed_metrics = serializers.IntegerField()
    failed_metrics = serializers.IntegerField()
    metric_errors = serializers.DictField(child=serializers.CharField())
    metric_retries = serializers.DictField(child=serializers.IntegerField())
    trigger = serializers.CharField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    query_to = serializers.DateTimeField(allow_null=True)
    is_existing = serializers.BooleanField()
    result_source = serializers.CharField()
    running_metrics = serializers.IntegerField()
    rows_read = serializers.IntegerField()
    results = serializers.ListField(child=serializers.JSONField(), required=False)
    active_run = serializers.JSONField(required=False, allow_null=True)
