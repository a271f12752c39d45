"""What has become of a flag, how far it reaches and who depends on it, on the wire."""

from typing import Any

from rest_framework import serializers

from core.http.fields import NumberField
from core.http.serializers import ModelSerializer
from feature_flags.models import FeatureFlag

# More conditions than fit into a body.
MAX_INDEX = 1_000_000
_MAX_VERSION = 2**31 - 1


class _VersionField(serializers.IntegerField):
    """The version of the flag as the client has seen it."""

    def __init__(self) -> None:
        super().__init__(
            allow_null=True,
            min_value=0,
            max_value=_MAX_VERSION,
            help_text="The version of the flag that you saw; a 409 when there is a newer one.",
        )


class RolloutSerializer(serializers.Serializer[Any]):
    """How far the conditions of a flag reach, whether it is on or off."""

    effectively_full_rollout = serializers.BooleanField(
        help_text="Everyone is served one and the same thing."
    )
    has_targeting_conditions = serializers.BooleanField(
        help_text="A condition asks for properties."
    )
    max_rollout_percentage = serializers.FloatField(
        allow_null=True, help_text="The largest share of a condition; null without conditions."
    )
    is_multivariate = serializers.BooleanField()


class FlagStandingSerializer(serializers.Serializer[Any]):
    """What has become of a flag, why, and how far it is rolled out."""

    status = serializers.CharField(help_text="`active`, `stale`, `archived` or `deleted`.")
    reason = serializers.CharField()
    rollout = RolloutSerializer()


class SetShareSerializer(serializers.Serializer[Any]):
    """Which condition shall let how many through, in which version of the flag."""

    condition_index = serializers.IntegerField(
        min_value=0, max_value=MAX_INDEX, help_text="The place of the condition, from 0 on."
    )
    rollout_percentage = NumberField(
        min_value=0, max_value=100, help_text="The share of people; fractions are allowed."
    )
    version = _VersionField()


class RollOutSerializer(serializers.Serializer[Any]):
    """What everyone shall be served, in which version of the flag."""

    variant_key = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="The variant for everyone; needed where the flag has variants.",
    )
    version = _VersionField()


class DependentFlagSerializer(ModelSerializer[FeatureFlag]):
    """A flag that depends on another one."""

    class Meta:
        model = FeatureFlag
        fields = ["id", "key", "name"]
        read_only_fields = fields
