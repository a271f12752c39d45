"""The last lines of a run: a table that can be pasted into docs/reliability.md."""

from collections.abc import Mapping


def table(cells: Mapping[str, object]) -> str:
    """Return a Markdown table with one row, from its cells by their headings."""
    rows = (cells.keys(), ["---"] * len(cells), map(str, cells.values()))
    return "\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)
