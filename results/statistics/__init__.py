"""Statistics of experiments, pure: from sums for each variant to intervals, chances and checks."""

from results.statistics.comparison import (
    Comparison,
    MetricKind,
    compare,
    validation_failures,
)
from results.statistics.config import (
    Cuped,
    Difference,
    Method,
    StatsConfig,
    read_stats_config,
)
from results.statistics.sample_ratio import SampleRatio, sample_ratio
from results.statistics.sums import Sums

__all__ = [
    "Comparison",
    "Cuped",
    "Difference",
    "Method",
    "MetricKind",
    "SampleRatio",
    "StatsConfig",
    "Sums",
    "compare",
    "read_stats_config",
    "sample_ratio",
    "validation_failures",
]
