"""What an experiment asks of its flag: variants, rollout, group type, payloads, continuity."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, cast

from experiments.variants import Variant, sent_variants
from feature_flags import filters as flag_filters

Document = dict[str, Any]

INDEX = "aggregation_group_type_index"
CONTINUITY = "ensure_experience_continuity"
VARIANTS, ROLLOUT, PAYLOADS = (
    "feature_flag_variants",
    "rollout_percentage",
    "feature_flag_payloads",
)


class FlagSettings(TypedDict, total=False):
    """What a client wants of a flag; an absent key leaves that part of the flag alone."""

    variants: list[Variant]
    rollout_percentage: object
    group_type_index: object
    payloads: Document
    ensure_experience_continuity: bool


def settings_in(
    parameters: Mapping[str, Any] | None, *, stored: Mapping[str, Any] | None = None
) -> FlagSettings:
    """Return what the parameters ask for; a member that repeats the stored one asks for nothing."""
    sent, stored = parameters or {}, stored or {}
    settings = FlagSettings()
    variants = sent_variants(sent)
    if variants and variants != sent_variants(stored):
        settings["variants"] = variants
    rollout = sent.get(ROLLOUT)
    if rollout is not None and not _is_same(rollout, stored.get(ROLLOUT)):
        settings["rollout_percentage"] = rollout
    # Wire quirk: parameters-without-variants, see docs/quirks.md.
    if (variants or INDEX in sent) and not _is_same(sent.get(INDEX), stored.get(INDEX)):
        settings["group_type_index"] = sent.get(INDEX)
    payloads = sent.get(PAYLOADS)
    if payloads is not None and payloads != stored.get(PAYLOADS):
        settings["payloads"] = payloads
    continuity = sent.get(CONTINUITY)
    if continuity is not None and continuity != stored.get(CONTINUITY):
        settings["ensure_experience_continuity"] = continuity
    return settings


def served_settings(filters: Mapping[str, Any], *, continuity: bool | None) -> FlagSettings:
    """Return what a flag with these filters says now."""
    served = FlagSettings(
        variants=flag_filters.variants(filters),
        group_type_index=filters.get(INDEX),
        payloads=filters.get("payloads") or {},
        ensure_experience_continuity=bool(continuity),
    )
    groups = flag_filters.release_groups(filters)
    if groups:
        served["rollout_percentage"] = _share(groups[0])
    return served


def differing(settings: FlagSettings, *, served: FlagSettings) -> FlagSettings:
    """Return the settings that the flag does not have yet."""
    missing = object()
    found = {
        name: value
        for name, value in settings.items()
        if not _is_same(value, served.get(name, missing))
    }
    return cast("FlagSettings", found)


def has_same_split(ours: Sequence[Variant] | None, theirs: Sequence[Variant]) -> bool:
    """Tell whether both lists give the same share to the same variants, in whatever order."""
    if ours is None:
        return False
    shares = [
        {variant.get("key"): variant.get("rollout_percentage") for variant in variants}
        for variants in (ours, theirs)
    ]
    return shares[0] == shares[1] and len(ours) == len(theirs)


def with_settings(filters: Document, *, settings: FlagSettings) -> Document:
    """Return the filters with these settings; all else in them stays."""
    if "variants" in settings:
        filters = flag_filters.with_variants(filters, variants=settings["variants"])
    if "group_type_index" in settings:
        filters = flag_filters.with_group_type_index(filters, index=settings["group_type_index"])
    if "rollout_percentage" in settings:
        if not flag_filters.release_groups(filters):
            # A flag that releases to nobody gets the group that the percentage is about.
            filters = filters | {"groups": [{"properties": []}]}
        percentage = settings["rollout_percentage"]
        filters = flag_filters.with_rollout_percentage(filters, percentage=percentage)
    if "payloads" in settings:
        filters = filters | {"payloads": settings["payloads"]}
    return filters


def changes_filters(settings: FlagSettings) -> bool:
    """Tell whether the settings are about the filters of the flag."""
    return bool(settings.keys() - {CONTINUITY})


def carried_parameters(
    parameters: Mapping[str, object] | None,
    *,
    filters: Mapping[str, object],
    continuity: bool | None,
) -> Document:
    """Return the parameters as the flag has it: variants and rollout always, the rest if there."""
    carried = dict(parameters or {})
    carried[VARIANTS] = flag_filters.variants(filters)
    served = served_settings(filters, continuity=continuity)
    rollout = served.get("rollout_percentage")
    # Absent means everyone, as it does when an experiment is created.
    if ROLLOUT in carried or rollout not in (None, 100):
        carried[ROLLOUT] = rollout
    if served["group_type_index"] is None:
        carried.pop(INDEX, None)
    else:
        carried[INDEX] = served["group_type_index"]
    if PAYLOADS in carried:
        carried[PAYLOADS] = served["payloads"]
    if carried.get(CONTINUITY) is not None:
        carried[CONTINUITY] = served["ensure_experience_continuity"]
    return carried


def _share(group: Mapping[str, object]) -> object:
    share = group.get("rollout_percentage")
    return 100 if share is None else share


def _is_same(ours: object, theirs: object) -> bool:
    # To Python 1 equals true, to readers of a document it does not.
    return isinstance(ours, bool) == isinstance(theirs, bool) and ours == theirs
