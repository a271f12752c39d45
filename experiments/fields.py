"""Serializer fields whose wire form differs from the stored one."""

from collections.abc import Mapping
from typing import Any, Literal

from django.db.models import QuerySet
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema_field
from rest_framework.fields import empty
from rest_framework.utils import html

from core.documents import unstorable_part
from core.exceptions import RuleBroken
from core.http.fields import ArrayField, DocumentField, ObjectField, RelatedIDField
from core.http.parsers import parse_json
from experiments.models import Experiment
from experiments.represent import shown_links, shown_metric, shown_query
from experiments.services.links import UnknownSavedMetric
from experiments.validation import check_links, check_metrics
from feature_flags.serializers import MinimalFeatureFlagSerializer
from holdouts.models import Holdout
from holdouts.selectors import list_holdouts
from saved_metrics.documents import is_legacy
from saved_metrics.selectors import hidden_saved_metrics
from tenants.levels import HOLDOUT

_METRIC = {"$ref": "#/components/schemas/ExperimentMetric"}
FLAG_VARIANT = {
    "type": "object",
    "properties": {
        "key": {"type": "string"},
        "name": {"type": ["string", "null"]},
        "rollout_percentage": {"type": "number", "minimum": 0, "maximum": 100},
    },
    "required": ["key", "rollout_percentage"],
}


@extend_schema_field(
    {
        "type": "array",
        "items": _METRIC,
        "description": "What the experiment measures: `metrics` decide, `metrics_secondary` are "
        "watched besides.",
    }
)
class MetricsField(ArrayField):
    """Metric documents kept with the experiment; the server adds uuid and fingerprint."""

    # Wire: a list that is none is a plain invalid input here.
    default_error_messages = {"not_a_list": "Metrics must be a list."}

    def to_internal_value(self, data: Any) -> Any:
        metrics = super().to_internal_value(data)
        if any(is_legacy(document=metric) for metric in metrics):
            # What a GET showed comes back, and is kept as it is: no other ones are taken.
            experiment = self.parent.instance
            if experiment is not None and metrics == self.get_attribute(experiment):
                return getattr(experiment, str(self.source))
        check_metrics(metrics)
        return metrics

    def get_attribute(self, instance: Experiment) -> Any:
        metrics = super().get_attribute(instance)
        if metrics is None:
            return None
        return [shown_metric(metric, instance, self.context) for metric in metrics]


class SavedQueryField(DocumentField):
    """The query of a linked saved metric, with its fingerprint in this experiment."""

    def to_representation(self, link: Any) -> Any:
        return shown_query(link, self.context)


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

    def to_internal_value(self, data: Any) -> Any:
        links = super().to_internal_value(data)
        check_links(links or [])
        self._check_known({link["id"] for link in links or []})
        return links

    def _check_known(self, ids: set[int]) -> None:
        # An experiment shows its saved metrics whole, and those it has are shown already.
        kept = getattr(self.parent.instance, "shown_links", ())
        hidden = hidden_saved_metrics(
            project=self.context["project"],
            access=self.context["access"],
            ids=ids - {link.saved_metric_id for link in kept},
        )
        if hidden:
            raise RuleBroken(UnknownSavedMetric.default_detail)

    def get_attribute(self, instance: Experiment) -> Any:
        return instance.shown_links

    def to_representation(self, value: Any) -> Any:
        return shown_links(value)


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class OrderingField(ArrayField):
    """The uuids of metrics, in the order in which they are shown."""

    def to_internal_value(self, data: Any) -> Any:
        uuids = super().to_internal_value(data)
        if uuids is not None and not all(isinstance(uuid, str) for uuid in uuids):
            raise RuleBroken("Every entry must be the uuid of a metric.")
        return uuids


@extend_schema_field({"$ref": "#/components/schemas/ExposureCriteria"})
class ExposureCriteriaField(DocumentField):
    """Whom an experiment counts as exposed."""


class ExperimentFlagField(MinimalFeatureFlagSerializer):
    """The flag that an experiment drives; sent, it says what the client wants of the flag."""

    def get_value(self, dictionary: Mapping[str, object]) -> object:
        # Not by parts, as the framework reads nested objects from forms.
        return dictionary.get(str(self.field_name), empty)

    def run_validation(self, data: object = empty) -> object:
        if data is empty or data is None:
            return super().run_validation(data)
        if html.is_html_input(getattr(self.parent, "initial_data", None)):
            data = parse_json(str(data))
        if problem := unstorable_part(data):
            raise RuleBroken(f"This document {problem}.")
        return data


class ExperimentFlagExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Documents both directions of the flag."""

    target_class = ExperimentFlagField

    def map_serializer_field(
        self, auto_schema: AutoSchema, direction: Literal["request", "response"]
    ) -> dict[str, Any]:
        if direction == "request":
            return FLAG_INPUT
        shown = auto_schema.resolve_serializer(MinimalFeatureFlagSerializer(), direction)
        return shown.ref


FLAG_INPUT: dict[str, Any] = {
    "type": "object",
    "description": "What you want of the flag. An object with an `id`, as a GET shows it, changes "
    "nothing. Refused for a flag that exists already when the experiment is created, and for a "
    "launched experiment without `update_feature_flag_params`.",
    "properties": {
        "id": {"type": ["integer", "null"]},
        "key": {"type": "string"},
        "filters": {
            "type": "object",
            "properties": {
                "multivariate": {
                    "type": ["object", "null"],
                    "properties": {"variants": {"type": "array", "items": FLAG_VARIANT}},
                },
                "groups": {
                    "type": "array",
                    "maxItems": 1,
                    "items": {
                        "type": "object",
                        "properties": {
                            "rollout_percentage": {"type": ["number", "null"]},
                            "properties": {"type": "array", "maxItems": 0, "items": {}},
                        },
                    },
                },
                "aggregation_group_type_index": {"type": ["integer", "null"]},
                "payloads": {"type": "object", "additionalProperties": {"type": "string"}},
            },
        },
        "ensure_experience_continuity": {"type": ["boolean", "null"]},
    },
}


class SecondaryMetricsField(DocumentField):
    """Metrics of the past, kept as they are."""


@extend_schema_field({"$ref": "#/components/schemas/ExperimentParameters"})
class ParametersField(ObjectField):
    """What the experiment asks of its flag, and what clients keep with it."""


@extend_schema_field({"$ref": "#/components/schemas/ExperimentScheduling"})
class SchedulingField(ObjectField):
    """When the server takes a step by itself."""


@extend_schema_field({"$ref": "#/components/schemas/StatsConfig"})
class StatsConfigField(ObjectField):
    """How results are calculated."""


class ProjectHoldoutField(RelatedIDField):
    """The id of a holdout of the project that the caller may know of, or of the one it has."""

    def get_queryset(self) -> QuerySet[Holdout]:
        holdouts = list_holdouts(project=self.context["project"])
        shown: QuerySet[Holdout] = self.context["access"].visible(HOLDOUT, holdouts)
        kept = getattr(self.parent.instance, "holdout_id", None)
        return shown if kept is None else shown | holdouts.filter(pk=kept)
