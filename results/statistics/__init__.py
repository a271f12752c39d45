"""Statistics of experiments, pure: from sums for each variant to intervals, chances and checks."""

from results.statistics.best import Standing, standings
from results.statistics.bias import MULTIPLE_KEY, bias_risk
from results.statistics.comparison import (
    Comparison,
    MetricKind,
    check_config,
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
from results.statistics.corrections import Correction, adjusted
from results.statistics.errors import NotComputable
from results.statistics.guardrail import (
    GuardrailReading,
    GuardrailState,
    guardrail,
    read_guardrails,
)
from results.statistics.power import detectable_effect, power_at, units_needed
from results.statistics.sample_ratio import SampleRatio, sample_ratio
from results.statistics.sums import Sums

__all__ = [
    "MULTIPLE_KEY",
    "Comparison",
    "Correction",
    "Cuped",
    "Difference",
    "GuardrailReading",
    "GuardrailState",
    "Method",
    "MetricKind",
    "NotComputable",
    "SampleRatio",
    "Standing",
    "StatsConfig",
    "Sums",
    "adjusted",
    "bias_risk",
    "check_config",
    "compare",
    "detectable_effect",
    "guardrail",
    "power_at",
    "read_guardrails",
    "read_stats_config",
    "sample_ratio",
    "standings",
    "units_needed",
    "validation_failures",
]
