"""Comparisons of semantic versions in ClickHouse's SQL; pure.

A version becomes a tuple that orders as versions do: numbers of any length by their length and
digits, a release after its pre-releases, and identifiers by kind, length and text.
"""

from semver import Version

from events.clickhouse.literals import literal, literals
from events.clickhouse.properties import Kind
from events.clickhouse.property_sql import Property
from property_filters import versions

_COMPARED = {
    "semver_eq": "=",
    "semver_neq": "<>",
    "semver_gt": ">",
    "semver_gte": ">=",
    "semver_lt": "<",
    "semver_lte": "<=",
}
_RANGES = {
    "semver_tilde": versions.near_range,
    "semver_caret": versions.compatible_range,
    "semver_wildcard": versions.wildcard_range,
}
OPERATORS = (*_COMPARED, *_RANGES)

_BLANK = r"[ \t-\r\x1c-\x1f]*"
_NUMBER = "0*(0|[1-9][0-9]*)"
_IDENTIFIER = "(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)"
_BUILD = "[0-9a-zA-Z-]+"
_VERSION = (
    rf"\A{_BLANK}v?{_BLANK}{_NUMBER}(?:\.{_NUMBER})?(?:\.{_NUMBER})?"
    rf"(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?"
    rf"(?:\+{_BUILD}(?:\.{_BUILD})*)?{_BLANK}\z"
)
_KINDS = (Kind.NUMBER, Kind.HUGE, Kind.TEXT, Kind.NUMERIC_TEXT, Kind.DATE, Kind.AGO)


def compared(asked: Property, wanted: object, *, name: str) -> str:
    """Return the condition that a property is a version with this relation to the wanted one."""
    if name in _RANGES:
        ends = _RANGES[name](wanted)
        return "0" if ends is None else _within(asked, *ends)
    bound = versions.parse_version(wanted)
    if bound is None:
        return "0"
    return f"{_is_version(asked)} AND {_key(asked)} {_COMPARED[name]} {_key_of(bound)}"


def _within(asked: Property, low: Version, end: Version) -> str:
    parts, key = _parts(asked), _key(asked)
    sibling = "0"
    if low.prerelease:
        core = [str(low.major), str(low.minor), str(low.patch)]
        sibling = " AND ".join(
            f"{_part(parts, place)} = {literal(number)}" for place, number in enumerate(core, 1)
        )
    return (
        f"{_is_version(asked)} AND ({parts}[4] = '' OR ({sibling}))"
        f" AND {key} >= {_key_of(low)} AND {key} < {_key_of(end)}"
    )


def _is_version(asked: Property) -> str:
    most = versions.MAX_VERSION_LENGTH
    return (
        f"{asked.kind} IN ({literals(map(int, _KINDS))}) AND length({asked.text}) <= {most}"
        f" AND match({asked.text}, {literal(_VERSION)})"
    )


def _parts(asked: Property) -> str:
    return f"extractGroups({asked.text}, {literal(_VERSION)})"


def _part(parts: str, place: int) -> str:
    # Missing parts are zero.
    return f"if({parts}[{place}] = '', '0', {parts}[{place}])"


def _key(asked: Property) -> str:
    parts = _parts(asked)
    core = [_part(parts, place) for place in (1, 2, 3)]
    numbers = ", ".join(f"length({each}), {each}" for each in core)
    identifiers = (
        "arrayMap(x -> if(match(x, '^[0-9]+$'), tuple(0, length(x), x), tuple(1, 0, x)),"
        f" splitByChar('.', {parts}[4]))"
    )
    return f"tuple({numbers}, {parts}[4] = '', {identifiers})"


def _key_of(version: Version) -> str:
    core = [str(version.major), str(version.minor), str(version.patch)]
    numbers = ", ".join(f"{len(each)}, {literal(each)}" for each in core)
    prerelease = version.prerelease or ""
    identifiers = ", ".join(
        f"tuple(0, {len(each)}, {literal(each)})"
        if each.isdigit()
        else f"tuple(1, 0, {literal(each)})"
        for each in prerelease.split(".")
    )
    return f"tuple({numbers}, {int(not prerelease)}, [{identifiers}])"
