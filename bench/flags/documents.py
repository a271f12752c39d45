"""Flags of mixed kinds, as projects have them."""

from typing import Any

_PEOPLE = {"plan": "pro", "country": "DE", "age": "34", "email": "ada@example.com"}
# What the requests of the bench send: all that the flags ask for.
PROPERTIES = _PEOPLE | {"app_version": "2.4.1", "signed_up": "2026-01-15"}
_VARIANTS = [
    {"key": "control", "name": "Control", "rollout_percentage": 34},
    {"key": "one", "name": "One", "rollout_percentage": 33},
    {"key": "two", "name": "Two", "rollout_percentage": 33},
]


def filters(number: int) -> dict[str, Any]:
    """Return the filters of a flag: ten kinds in turn."""
    return _KINDS[number % len(_KINDS)]


def _released(*properties: dict[str, Any], share: float = 100) -> dict[str, Any]:
    return {
        "properties": list(properties),
        "rollout_percentage": share,
        "aggregation_group_type_index": None,
    }


def _person(key: str, operator: str, value: object) -> dict[str, Any]:
    return {"key": key, "type": "person", "operator": operator, "value": value}


_SPLIT = {"multivariate": {"variants": _VARIANTS}}
_KINDS: list[dict[str, Any]] = [
    {"groups": [_released()]},
    {"groups": [_released(share=35)]},
    {"groups": [_released()]} | _SPLIT,
    {"groups": [_released()], "holdout": {"id": 7, "exclusion_percentage": 10}} | _SPLIT,
    {"groups": [_released(_person("plan", "exact", ["pro", "team"]))]} | _SPLIT,
    {
        "groups": [
            _released(_person("country", "exact", "FR")),
            _released(_person("email", "icontains", "@example.com"), share=50),
        ]
    },
    {"groups": [_released(_person("email", "regex", r"^[a-z]+@example\.(com|org)$"))]},
    {"groups": [_released(_person("age", "gt", "30"), _person("country", "is_not", "US"))]},
    {"groups": [_released(_person("app_version", "semver_gte", "2.0.0"))]},
    {"groups": [_released(share=80)], "payloads": {"one": '{"color":"red"}'}} | _SPLIT,
]
