"""The table of what grows."""

from collections.abc import Iterable, Mapping
from typing import Any

Found = Mapping[str, Any]


def table(kind: str, factor: float, found: Iterable[Found]) -> str:
    """Return the table of one database, the steepest growth first."""
    rows = sorted(found, key=_growth, reverse=True)
    head = [
        f"### {kind}, {factor:g} of the size",
        "",
        "| request | small ms | big ms | big / small | cached | statements |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    return "\n".join([*head, *map(_row, rows)])


def _growth(found: Found) -> float:
    return float(found["cold"]["big"] / max(found["cold"]["small"], 0.1))


def _row(found: Found) -> str:
    cold, cached, counted = found["cold"], found.get("cached"), found["statements"]
    again = f"{cached['big'] / max(cached['small'], 0.1):.1f}" if cached else ""
    name = found["line"].replace("|", "\\|")
    if rows := found.get("rows"):
        name += f" ({rows['small']} and {rows['big']} rows)"
    return (
        f"| `{name}` | {cold['small']} | {cold['big']} | {_growth(found):.1f} | {again} |"
        f" {counted['small']} / {counted['big']} |"
    )
