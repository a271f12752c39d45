"""Serializers of running-time estimates."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from core.exceptions import RuleBroken
from core.http.fields import CaseInsensitiveChoiceField, ListField, NumberField
from experiments import running_time
from experiments.variants import MAX_VARIANTS, MIN_VARIANTS


class BaselineStatsSerializer(serializers.Serializer[Any]):
    """Sums over the people of a baseline: the value and its variance follow from them."""

    number_of_samples = serializers.IntegerField(help_text="How many people; at least 1.")
    sum = NumberField(required=False, help_text="Not needed for a funnel with `step_counts`.")
    sum_squares = NumberField(required=False)
    denominator_sum = NumberField(required=False, allow_null=True)
    denominator_sum_squares = NumberField(required=False, allow_null=True)
    numerator_denominator_sum_product = NumberField(required=False, allow_null=True)
    step_counts = ListField(
        child=NumberField(), required=False, help_text="Of a funnel; the last one converted."
    )

    def to_internal_value(self, data: object) -> Any:
        if not isinstance(data, Mapping):
            raise RuleBroken("Expected an object.", code="not_a_dict")
        return super().to_internal_value(data)


class RunningTimeSerializer(serializers.Serializer[Any]):
    """What is known and wanted before an experiment starts.

    A baseline is needed: `baseline_value`, or `baseline_stats` to derive it. So is the `variance`
    of a ratio or a retention; that of a mean is estimated when absent, that of a funnel is known.
    """

    metric_type = CaseInsensitiveChoiceField(
        choices=[(kind.value, kind.value) for kind in running_time.MetricType]
    )
    minimum_detectable_effect = NumberField(
        min_value=0, help_text="The smallest relative change to find, in percent; more than 0."
    )
    number_of_variants = serializers.IntegerField(
        required=False, default=2, min_value=MIN_VARIANTS, max_value=MAX_VARIANTS
    )
    exposure_rate_per_day = NumberField(
        required=False, allow_null=True, min_value=0, help_text="People a day, over all variants."
    )
    baseline_value = NumberField(
        required=False, allow_null=True, help_text="A mean, a ratio, or a rate from 0 to 1."
    )
    variance = NumberField(
        required=False, allow_null=True, help_text="Of one person's value; not of a funnel."
    )
    baseline_stats = BaselineStatsSerializer(required=False, allow_null=True)
    alpha = NumberField(
        required=False,
        default=running_time.ALPHA,
        min_value=0.000001,
        max_value=0.5,
        help_text="The significance level of the two-sided test.",
    )
    power = NumberField(
        required=False, default=running_time.POWER, min_value=0.5, max_value=0.999999
    )


class RunningTimeEstimateSerializer(serializers.Serializer[Any]):
    """How many people an experiment needs, and for how many days."""

    baseline_value = serializers.FloatField(help_text="As sent, or derived.")
    variance = serializers.FloatField(
        allow_null=True, help_text="As sent, derived or estimated; null for a funnel."
    )
    recommended_sample_size = serializers.IntegerField(help_text="People, over all variants.")
    recommended_running_time_days = serializers.IntegerField(
        allow_null=True, help_text="Null without an exposure rate."
    )
