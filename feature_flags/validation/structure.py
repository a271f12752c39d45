"""What a flag's filters must be."""

import json
from collections.abc import Mapping, Set
from decimal import Decimal
from typing import TypeGuard

from feature_flags import filters as flag_filters
from feature_flags.validation.errors import InvalidFilters
from feature_flags.validation.properties import check_patterns, check_property, known_patterns
from feature_flags.validation.values import is_json

MAX_FILTERS_BYTES = 512 * 1024
_MAX_GROUP_TYPE = 4
_FLAGS = ("feature_enrollment", "early_exit")


def check_filters(filters: object, *, stored: object = None) -> None:
    """Check a normalised filters document, for a flag that has the stored ones so far.

    :raises InvalidFilters: when something in it cannot be served.
    """
    if not isinstance(filters, dict):
        raise InvalidFilters("filters must be an object.")
    if _size(filters) > MAX_FILTERS_BYTES:
        raise InvalidFilters(f"The filters are larger than {MAX_FILTERS_BYTES} bytes.")
    _check_index(filters, place="")
    known = stored if isinstance(stored, dict) else {}
    _check_groups(filters, known=known)
    _check_variants(filters)
    _check_names(filters, known=known)
    _check_payloads(filters, known=known)
    _check_holdout(filters.get("holdout"))
    for member in _FLAGS:
        if not isinstance(filters.get(member), bool | None):
            raise InvalidFilters(f"{member} must be true or false.")


def _is_percentage(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100


def _size(filters: Mapping[str, object]) -> int:
    compact = json.dumps(filters, separators=(",", ":"), ensure_ascii=False)
    return len(compact.encode("utf-8", errors="surrogatepass"))


def _check_index(owner: Mapping[str, object], *, place: str) -> None:
    index = owner.get("aggregation_group_type_index")
    if index is not None and not (_is_whole(index) and 0 <= index <= _MAX_GROUP_TYPE):
        raise InvalidFilters(
            f"{place}aggregation_group_type_index must be a number from 0 to {_MAX_GROUP_TYPE}, "
            "or null."
        )


def _check_groups(filters: Mapping[str, object], *, known: Mapping[str, object]) -> None:
    groups = filters.get("groups", [])
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise InvalidFilters("groups must be a list of objects.")
    keys = {key for key in flag_filters.variant_keys(filters) if isinstance(key, str)}
    check_patterns(filters, stored=known)
    patterns = known_patterns(flag_filters.properties(known))
    for number, group in enumerate(groups):
        place = f"groups[{number}]."
        _check_group(group, place=place, variant_keys=keys)
        for position, wanted in enumerate(group.get("properties", [])):
            check_property(
                wanted,
                place=f"{place}properties[{position}]",
                group_type_index=group.get("aggregation_group_type_index"),
                known_patterns=patterns,
            )


def _check_group(group: Mapping[str, object], *, place: str, variant_keys: Set[str]) -> None:
    _check_index(group, place=place)
    rollout = group.get("rollout_percentage")
    if rollout is not None and not _is_percentage(rollout):
        raise InvalidFilters(f"{place}rollout_percentage must be a number from 0 to 100.")
    variant = group.get("variant")
    if variant is not None and not (isinstance(variant, str) and variant in variant_keys):
        raise InvalidFilters(f"{place}variant must be the key of one of the variants.")
    if not isinstance(group.get("properties", []), list):
        raise InvalidFilters(f"{place}properties must be a list.")


def _check_variants(filters: Mapping[str, object]) -> None:
    variants = flag_filters.variants(filters)
    multivariate = filters.get("multivariate")
    if multivariate is None:
        multivariate = {}
    if not isinstance(multivariate, dict) or multivariate.get("variants", []) != variants:
        raise InvalidFilters("multivariate must be null or an object with a list of variants.")
    if not variants:
        return
    keys = [variant.get("key") for variant in variants]
    if not all(isinstance(key, str) and key for key in keys):
        raise InvalidFilters("Every variant needs a key.")
    if len(set(keys)) != len(keys):
        # Wire quirk: variant-keys-are-unique, see docs/quirks.md.
        raise InvalidFilters("The keys of the variants must differ.")
    shares = [variant.get("rollout_percentage") for variant in variants]
    if not all(_is_percentage(share) for share in shares):
        raise InvalidFilters("A variant's rollout_percentage must be a number from 0 to 100.")
    # Wire quirk: shares-are-decimals, see docs/quirks.md.
    total = sum(Decimal(str(share)) for share in shares)
    if total != 100:
        raise InvalidFilters(
            f"The rollout percentages of the variants must sum to 100, not {total:f}."
        )


def _check_names(filters: Mapping[str, object], *, known: Mapping[str, object]) -> None:
    # Such a name that is stored already stays, so that the flag can be changed.
    stored = [variant.get("name") for variant in flag_filters.variants(known)]
    for variant in flag_filters.variants(filters):
        name = variant.get("name")
        if not isinstance(name, str | None) and name not in stored:
            raise InvalidFilters("The name of a variant must be a text or null.")


def _check_payloads(filters: Mapping[str, object], *, known: Mapping[str, object]) -> None:
    payloads = filters.get("payloads")
    if payloads is None:
        return
    if not isinstance(payloads, dict):
        raise InvalidFilters("payloads must be an object.")
    allowed = set(flag_filters.variant_keys(filters)) or {"true"}
    if not allowed.issuperset(payloads):
        raise InvalidFilters(
            "The keys of payloads must be keys of variants, or 'true' for a flag without variants."
        )
    unchanged = known.get("payloads")
    for key, text in payloads.items():
        # What is stored already stays, encrypted text too.
        is_known = isinstance(unchanged, dict) and unchanged.get(key) == text
        if not is_known and not is_json(text):
            raise InvalidFilters(f"The payload of '{key}' must be JSON.")


def _check_holdout(holdout: object) -> None:
    if holdout is None:
        return
    is_entry = (
        isinstance(holdout, dict)
        and _is_whole(holdout.get("id"))
        and _is_percentage(holdout.get("exclusion_percentage"))
    )
    if not is_entry:
        raise InvalidFilters("holdout must be an object of an id and an exclusion_percentage.")


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
