"""What a flag's key and filters must be."""

import json
import math
import re
from collections.abc import Mapping

from core.exceptions import RuleBroken
from feature_flags import filters as documents

MAX_KEY_LENGTH = 400
MAX_FILTERS_BYTES = 512 * 1024
_KEY = re.compile(r"[A-Za-z0-9_-]+")


class InvalidFilters(RuleBroken):
    """Raised for a filters document that no flag may have."""

    default_detail = "These filters are not valid."
    default_attr = "filters"


def check_key(key: str) -> None:
    """Check the form of a flag key.

    :raises RuleBroken: with code `invalid_key` or `max_length`.
    """
    if len(key) > MAX_KEY_LENGTH:
        raise RuleBroken(
            f"Ensure this field has no more than {MAX_KEY_LENGTH} characters.",
            attr="key",
            code="max_length",
        )
    if not _KEY.fullmatch(key):
        raise RuleBroken(
            "A feature flag key may contain only letters, digits, hyphens and underscores.",
            attr="key",
            code="invalid_key",
        )


# What a flag may be depends on how these go together.
RELATED_FIELDS = (
    "bucketing_identifier",
    "ensure_experience_continuity",
    "has_encrypted_payloads",
    "is_remote_configuration",
)


def check_related_fields(*, before: Mapping[str, object], after: Mapping[str, object]) -> None:
    """Check the fields that depend on each other; what was combined already may stay.

    :raises RuleBroken: with the field that does not fit as attr.
    """
    if _is_split_by_device(after) and not _is_split_by_device(before):
        raise RuleBroken(
            "A flag bucketed by device cannot keep the experience across logins. "
            "Switch ensure_experience_continuity off.",
            attr="bucketing_identifier",
        )
    if after["has_encrypted_payloads"] and not after["is_remote_configuration"]:
        raise RuleBroken(
            "Only a remote configuration can have encrypted payloads. "
            "Set is_remote_configuration as well.",
            attr="has_encrypted_payloads",
        )


def _is_split_by_device(fields: Mapping[str, object]) -> bool:
    is_by_device = fields["bucketing_identifier"] == "device_id"
    return is_by_device and bool(fields["ensure_experience_continuity"])


def check_filters(filters: Mapping[str, object]) -> None:
    """Check the structure of a filters document.

    :raises InvalidFilters: when something in it cannot be served.
    """
    if len(json.dumps(filters)) > MAX_FILTERS_BYTES:
        raise InvalidFilters(f"The filters are larger than {MAX_FILTERS_BYTES} bytes.")
    _check_groups(filters)
    _check_variants(filters)
    _check_payloads(filters)
    _check_holdout(filters.get("holdout"))
    index = filters.get("aggregation_group_type_index")
    if index is not None and not (_is_whole(index) and 0 <= index <= 4):
        raise InvalidFilters("aggregation_group_type_index must be a number from 0 to 4, or null.")


def is_percentage(value: object) -> bool:
    """Tell whether the value is a number from 0 to 100."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= 100


def _check_groups(filters: Mapping[str, object]) -> None:
    groups = filters.get("groups", [])
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise InvalidFilters("groups must be a list of objects.")
    keys = documents.variant_keys(filters)
    for group in groups:
        rollout = group.get("rollout_percentage")
        if rollout is not None and not is_percentage(rollout):
            raise InvalidFilters("A group's rollout_percentage must be a number from 0 to 100.")
        if not isinstance(group.get("properties", []), list):
            raise InvalidFilters("A group's properties must be a list.")
        if group.get("variant") is not None and group["variant"] not in keys:
            raise InvalidFilters("A group's variant must be the key of one of the variants.")


def _check_variants(filters: Mapping[str, object]) -> None:
    variants = documents.variants(filters)
    multivariate = filters.get("multivariate") or {}
    if not isinstance(multivariate, dict) or (multivariate.get("variants") or []) != variants:
        raise InvalidFilters("multivariate must be null or an object with a list of variants.")
    if not variants:
        return
    if not all(isinstance(variant.get("key"), str) and variant["key"] for variant in variants):
        raise InvalidFilters("Every variant needs a key.")
    shares = [variant.get("rollout_percentage", 0) for variant in variants]
    if not all(is_percentage(share) for share in shares):
        raise InvalidFilters("A variant's rollout_percentage must be a number from 0 to 100.")
    total = math.fsum(shares)
    if total != 100:
        raise InvalidFilters(
            f"The rollout percentages of the variants must sum to 100, not {total:g}."
        )


def _check_payloads(filters: Mapping[str, object]) -> None:
    payloads = filters.get("payloads")
    if not payloads:
        return
    if not isinstance(payloads, dict):
        raise InvalidFilters("payloads must be an object.")
    allowed = set(documents.variant_keys(filters)) or {"true"}
    if not allowed.issuperset(payloads):
        raise InvalidFilters("The keys of payloads must be keys of variants.")


def _check_holdout(holdout: object) -> None:
    if holdout is None:
        return
    is_entry = isinstance(holdout, dict) and _is_whole(holdout.get("id"))
    if not is_entry or not is_percentage(holdout.get("exclusion_percentage")):
        raise InvalidFilters("holdout must be an object of an id and an exclusion_percentage.")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
