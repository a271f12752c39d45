"""Flags on the wire."""

from feature_flags.serializers.bulk import (
    BulkDeleteSerializer,
    BulkKeysSerializer,
    DeletionsSerializer,
    FlagKeysSerializer,
    MatchingIdsSerializer,
)
from feature_flags.serializers.flags import (
    FeatureFlagSerializer,
    MinimalFeatureFlagSerializer,
)
from feature_flags.serializers.standing import (
    DependentFlagSerializer,
    FlagStandingSerializer,
    RollOutSerializer,
    SetShareSerializer,
)

__all__ = [
    "BulkDeleteSerializer",
    "BulkKeysSerializer",
    "DeletionsSerializer",
    "DependentFlagSerializer",
    "FeatureFlagSerializer",
    "FlagKeysSerializer",
    "FlagStandingSerializer",
    "MatchingIdsSerializer",
    "MinimalFeatureFlagSerializer",
    "RollOutSerializer",
    "SetShareSerializer",
]
