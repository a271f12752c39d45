"""What a scheduled change does: its payload, and what that makes of a flag."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

Document = dict[str, Any]


class Operation(StrEnum):
    """What can be done at a later time."""

    UPDATE_STATUS = "update_status"
    ADD_RELEASE_CONDITION = "add_release_condition"
    UPDATE_VARIANTS = "update_variants"


MEMBERS = {
    Operation.ADD_RELEASE_CONDITION: frozenset({"groups", "payloads", "multivariate"}),
    Operation.UPDATE_VARIANTS: frozenset({"variants", "payloads"}),
}


def filters_after(payload: Mapping[str, Any], filters: Document) -> Document:
    """Return what the filters of a flag become by a payload that is about them."""
    value = payload["value"]
    if payload["operation"] == Operation.ADD_RELEASE_CONDITION:
        return filters | {"groups": [*(filters.get("groups") or []), *value["groups"]]}
    variants = value["variants"]
    payloads = value.get("payloads")
    if payloads is None:
        # Those of variants that stay.
        keys = {variant["key"] for variant in variants}
        stored = filters.get("payloads") or {}
        payloads = {key: text for key, text in stored.items() if key in keys}
    return filters | {"multivariate": {"variants": variants}, "payloads": payloads}


def brings_payloads(payload: Mapping[str, Any]) -> bool:
    """Tell whether a payload brings payloads of variants, which may be secrets."""
    value = payload["value"]
    return isinstance(value, dict) and bool(value.get("payloads"))
