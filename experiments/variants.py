"""The variants an experiment asks its flag to serve."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from feature_flags.filters import CONTROL

Variant = dict[str, Any]

MIN_VARIANTS = 2
MAX_VARIANTS = 20


def default_variants() -> list[Variant]:
    """Return the variants of an experiment that names none."""
    return [
        {"key": CONTROL, "name": "Control Group", "rollout_percentage": 50},
        {"key": "test", "name": "Test Variant", "rollout_percentage": 50},
    ]


def sent_variants(parameters: Mapping[str, object] | None) -> list[Variant]:
    """Return the variants that the parameters name; none when they name none.

    Clients spell a variant's share `rollout_percentage` or `split_percent`; flags know the first.
    """
    sent = cast("list[Variant]", (parameters or {}).get("feature_flag_variants") or [])
    return [_with_rollout_percentage(variant) for variant in sent]


def has_same_keys(*, ours: Sequence[Variant], theirs: Sequence[Variant]) -> bool:
    """Tell whether both lists name the same variants, each once, in whatever order."""
    wanted, found = [variant.get("key") for variant in ours], [v.get("key") for v in theirs]
    return len(wanted) == len(found) and set(wanted) == set(found)


def _with_rollout_percentage(variant: Variant) -> Variant:
    if "split_percent" not in variant:
        return variant
    others = {key: value for key, value in variant.items() if key != "split_percent"}
    return others | {"rollout_percentage": variant["split_percent"]}
