"""Stores members that newer clients send inside the older ones."""

from typing import Any, cast

from core.exceptions import RuleBroken
from experiments.changes import ExperimentChanges
from experiments.models import Experiment
from feature_flags.filters import variant_keys

_EXCLUDED, _RUNNING_TIME = "excluded_variants", "running_time_calculation"
_FOLDED = {
    "parameters": (_EXCLUDED, _RUNNING_TIME),
    "exposure_criteria": ("only_count_matured_users",),
}


def folded(values: ExperimentChanges, *, experiment: Experiment | None = None) -> ExperimentChanges:
    """Return the values with such members inside `parameters` and `exposure_criteria`.

    They join the stored document where the request does not send it whole.
    """
    members: dict[str, Any] = {**values}
    for into, names in _FOLDED.items():
        inner = {name: members[name] for name in names if name in members}
        if inner:
            base = members.get(into, getattr(experiment, into, None))
            members[into] = (base or {}) | inner
    return cast("ExperimentChanges", members)


def check_analysis(*, experiment: Experiment) -> None:
    """Check the variants that the analysis of an experiment compares, and those it leaves out.

    :raises RuleBroken: as `check_baseline` and `check_excluded` do.
    """
    check_baseline(experiment=experiment)
    check_excluded(experiment=experiment)


def check_baseline(*, experiment: Experiment) -> None:
    """Check the variant that the others of an experiment shall be compared with.

    :raises RuleBroken: when the statistics name one that the flag does not have.
    """
    named = (experiment.stats_config or {}).get("baseline_variant_key")
    if named is not None and named not in variant_keys(experiment.feature_flag.filters):
        raise RuleBroken(f"The flag has no variant '{str(named)[:100]}'.", attr="stats_config")


def check_excluded(*, experiment: Experiment) -> None:
    """Check the variants that the analysis of an experiment shall leave out.

    :raises RuleBroken: for one that the flag does not have, the baseline, or all that is tested.
    """
    excluded = (experiment.parameters or {}).get(_EXCLUDED)
    if not isinstance(excluded, list) or not excluded:
        return
    keys, baseline = variant_keys(experiment.feature_flag.filters), experiment.baseline_key
    unknown = [key for key in excluded if key not in keys]
    if unknown:
        raise RuleBroken(f"The flag has no variant '{unknown[0]}'.", attr=_EXCLUDED)
    if baseline in excluded:
        raise RuleBroken(f"The baseline '{baseline}' cannot be left out.", attr=_EXCLUDED)
    if not [key for key in keys if key != baseline and key not in excluded]:
        raise RuleBroken("At least one variant beside the baseline must stay.", attr=_EXCLUDED)
