"""Rules over what a client sends for an experiment; none of them needs a row.

The serializer field that calls a rule puts its own name to the error.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.exceptions import RuleBroken
from experiments.schedule import BadTime, scheduled_times
from experiments.variants import MAX_VARIANTS, MIN_VARIANTS
from feature_flags.filters import CONTROL
from saved_metrics.documents import (
    MetricDocumentError,
    check_exposure_config,
    check_inline_metric,
)

STATS_METHODS = ("bayesian", "frequentist")
_CALCULATED = (
    "minimum_detectable_effect",
    "recommended_running_time",
    "recommended_sample_size",
)


def check_dates(*, start_date: datetime | None, end_date: datetime | None) -> None:
    """Check that a start comes before its end.

    :raises RuleBroken: when both are given and it does not.
    """
    if start_date is not None and end_date is not None and start_date >= end_date:
        raise RuleBroken("end_date must be after start_date.")


def check_parameters(parameters: Mapping[str, object]) -> None:
    """Check the variants and the flag settings that the parameters carry.

    :raises RuleBroken: for the first thing that is wrong.
    """
    variants = parameters.get("feature_flag_variants")
    if not isinstance(variants, list | None):
        raise RuleBroken("feature_flag_variants must be a list.")
    variants = variants or []
    for variant in variants:
        _check_variant(variant)
    if variants:
        check_variant_keys([variant["key"] for variant in variants])
    if not isinstance(parameters.get("feature_flag_payloads"), dict | None):
        raise RuleBroken("feature_flag_payloads must be an object.")
    continuity = parameters.get("ensure_experience_continuity")
    if continuity is not None and not isinstance(continuity, bool):
        raise RuleBroken("ensure_experience_continuity must be true, false or null.")


def _check_variant(variant: object) -> None:
    if not isinstance(variant, dict):
        raise RuleBroken("Every variant must be an object.")
    if not isinstance(variant.get("key"), str) or not variant["key"]:
        raise RuleBroken("Every variant needs a key.")
    if "rollout_percentage" not in variant and "split_percent" not in variant:
        raise RuleBroken("Every variant needs a rollout_percentage.")
    if not isinstance(variant.get("name"), str | None):
        raise RuleBroken("The name of a variant must be a text or null.")


def check_variant_keys(keys: list[str]) -> None:
    """Check that these are the keys of variants that can be compared.

    :raises RuleBroken: when they are too few or too many, repeat, or lack the control.
    """
    if len(keys) > MAX_VARIANTS:
        raise RuleBroken(f"An experiment has at most {MAX_VARIANTS} variants.")
    if len(keys) < MIN_VARIANTS:
        raise RuleBroken(f"An experiment needs at least {MIN_VARIANTS} variants.")
    if CONTROL not in keys:
        raise RuleBroken(f"One of the variants must have the key '{CONTROL}'.")
    if len(set(keys)) != len(keys):
        # Wire quirk: variant-keys-are-unique, see docs/quirks.md.
        raise RuleBroken("The keys of the variants must differ.")


def check_texts(values: Sequence[object]) -> None:
    """Check that all of these are texts.

    :raises RuleBroken: when one is not.
    """
    if not all(isinstance(value, str) for value in values):
        raise RuleBroken("Every entry must be a text.")


def check_running_time(calculation: Mapping[str, object]) -> None:
    """Check the state of a running-time calculator.

    :raises RuleBroken: for an unknown member, and for one of another type.
    """
    for name, value in calculation.items():
        if name not in (*_CALCULATED, "exposure_estimate_config"):
            raise RuleBroken(f"There is no member '{name}'.")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if name in _CALCULATED and value is not None and not is_number:
            raise RuleBroken(f"{name} must be a number or null.")
        if name == "exposure_estimate_config" and not isinstance(value, dict | None):
            raise RuleBroken(f"{name} must be an object or null.")


def check_metrics(metrics: list[object]) -> None:
    """Check that every document defines a metric.

    :raises RuleBroken: naming the first that does not.
    """
    for index, metric in enumerate(metrics):
        try:
            check_inline_metric(document=metric)
        except MetricDocumentError as error:
            raise RuleBroken(f"Metric {index}: {error}") from None


def check_exposure_criteria(criteria: object) -> None:
    """Check whom an experiment counts as exposed.

    :raises RuleBroken: for the first thing that is wrong.
    """
    if criteria is None:
        return
    if not isinstance(criteria, dict):
        raise RuleBroken("exposure_criteria must be an object.")
    if not isinstance(criteria.get("filterTestAccounts", True), bool | None):
        raise RuleBroken("filterTestAccounts must be true or false.")
    if "exposure_config" in criteria:
        _check_exposure("exposure_config", criteria["exposure_config"])
    if criteria.get("activation_config") is not None:
        _check_exposure("activation_config", criteria["activation_config"])


def _check_exposure(name: str, config: object) -> None:
    try:
        check_exposure_config(config=config)
    except MetricDocumentError as error:
        raise RuleBroken(f"{name}: {error}") from None


def check_copied(
    *, parameters: Mapping[str, object] | None, criteria: object, metrics: list[object]
) -> None:
    """Check what an experiment brings along when it is copied, by today's rules.

    :raises RuleBroken: for the first thing that is wrong.
    """
    check_parameters(parameters or {})
    check_exposure_criteria(criteria or None)
    check_metrics(metrics)


def check_links(links: list[object]) -> None:
    """Check the form of references to saved metrics.

    :raises RuleBroken: for the first entry that has none.
    """
    for link in links:
        if not isinstance(link, dict):
            raise RuleBroken("Every entry must be an object with the id of a saved metric.")
        if not isinstance(link.get("id"), int) or isinstance(link["id"], bool):
            raise RuleBroken("Every entry needs the id of a saved metric, a whole number.")
        metadata = link.get("metadata", {"type": "primary"})
        if not isinstance(metadata, dict):
            raise RuleBroken("metadata must be an object.")
        if "type" not in metadata:
            raise RuleBroken("metadata needs a type: primary or secondary.")


def check_scheduling(config: Mapping[str, object] | None) -> None:
    """Check the times that a scheduling configuration carries; the rest of it is the client's.

    :raises RuleBroken: for a time that cannot be read, or an end before its launch.
    """
    try:
        scheduled_times(config)
    except BadTime as error:
        raise RuleBroken(str(error)) from None


def check_stats_config(config: Mapping[str, object] | None) -> None:
    """Check the statistics method that a configuration names.

    :raises RuleBroken: when it names one we do not know.
    """
    method = (config or {}).get("method")
    if method is not None and method not in STATS_METHODS:
        raise RuleBroken(f"stats_config.method must be one of {', '.join(STATS_METHODS)}.")
