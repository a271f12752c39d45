"""Fields of an experiment that are shown otherwise than they are kept."""

from collections.abc import Iterable

from drf_spectacular.utils import extend_schema_field

from core.exceptions import RuleBroken
from core.http.fields import ArrayField, DocumentField
from experiments.metrics import dated_queries, metric_fingerprint, with_experiment_dates
from experiments.models import Experiment, ExperimentSavedMetric
from saved_metrics.serializers import action_names_of

_METRIC = {"type": "object", "additionalProperties": {}}


def _shown(metric: object, experiment: Experiment, context: dict[str, object]) -> object:
    if not isinstance(metric, dict):
        return metric
    if dated_queries(metric=metric):
        start, end = (
            "" if date is None else date.isoformat().replace("+00:00", "Z")
            for date in (experiment.start_date, experiment.end_date)
        )
        metric = with_experiment_dates(metric=metric, start=start, end=end)
    return action_names_of(context).refreshed(metric)


@extend_schema_field({"type": "array", "items": _METRIC})
class MetricsField(ArrayField):
    """Metric documents kept with the experiment; the server adds uuid and fingerprint."""

    # Wire: a list that is none is a plain invalid input here.
    default_error_messages = {"not_a_list": "Metrics must be a list."}

    def get_attribute(self, instance: Experiment) -> object:
        metrics = super().get_attribute(instance)
        if metrics is None:
            return None
        return [_shown(metric, instance, self.context) for metric in metrics]


class SavedQueryField(DocumentField):
    """The query of a linked saved metric, with its fingerprint in this experiment."""

    def to_representation(self, link: ExperimentSavedMetric) -> object:
        experiment, query = self._experiment(link), link.saved_metric.query
        if not query:
            return query
        fingerprint = metric_fingerprint(
            metric=query,
            start_date=experiment.start_date,
            stats_method=experiment.stats_method,
            exposure_criteria=experiment.exposure_criteria,
        )
        shown = _shown(query, experiment, self.context)
        return shown | {"fingerprint": fingerprint}

    def _experiment(self, link: ExperimentSavedMetric) -> Experiment:
        return link.experiment


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "id": {"type": "integer"},
                "metadata": {"type": "object", "additionalProperties": {}},
            },
            "required": ["id"],
        },
    }
)
class SavedMetricLinksField(ArrayField):
    """References to saved metrics, shown as they are sent."""

    def get_attribute(self, instance: Experiment) -> Iterable[ExperimentSavedMetric]:
        return instance.shown_links

    def to_representation(self, value: Iterable[ExperimentSavedMetric]) -> list[object]:
        return [{"id": link.saved_metric_id, "metadata": link.metadata} for link in value]


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class OrderingField(ArrayField):
    """The uuids of metrics, in the order in which they are shown."""

    def to_internal_value(self, data: object) -> object:
        uuids = super().to_internal_value(data)
        if uuids is not None and not all(isinstance(uuid, str) for uuid in uuids):
            raise RuleBroken("Every entry must be the uuid of a metric.")
        return uuids


@extend_schema_field({"type": "object", "additionalProperties": {}})
class ExposureCriteriaField(DocumentField):
    """Whom an experiment counts as exposed."""


class SecondaryMetricsField(DocumentField):
    """Metrics of the past, kept as they are."""
