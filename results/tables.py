"""Results as a table: CSV for spreadsheets, Markdown for reports; pure."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

COLUMNS = (
    "section",
    "metric",
    "variant",
    "people",
    "value",
    "difference",
    "lower",
    "upper",
    "chance to win",
    "p-value",
    "significant",
    "note",
)
Overview = Mapping[str, Any]


def table_rows(overview: Overview) -> Iterator[list[object]]:
    """Iterate over the rows of a table, one for each metric and variant."""
    for metric in overview.get("metrics") or []:
        result = metric["result"]
        head = [metric["section"], metric["name"] or metric["uuid"]]
        if result is None:
            yield [*head, *[None] * (len(COLUMNS) - 3), metric["error"]["detail"]]
            continue
        for arm in (result["baseline"], *result["variant_results"]):
            yield [*head, *_cells(arm, metric["estimates"][arm["key"]], metric["unseen_events"])]


def _cells(arm: Overview, estimate: Overview, unseen: Sequence[str]) -> list[object]:
    lower, upper = estimate["interval"] or (None, None)
    missing = [f"no event {name} yet" for name in unseen]
    note = ", ".join([*arm["validation_failures"], *missing]) or estimate["reason"]
    measures = [arm.get(name) for name in ("chance_to_win", "p_value", "significant")]
    numbers = [arm["number_of_samples"], estimate["mean"], estimate["difference"], lower, upper]
    return [arm["key"], *numbers, *measures, note]


def as_csv(overview: Overview) -> str:
    """Return the table as CSV, with full precision.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_plain(cell) for cell in row] for row in table_rows(overview))
    return text.getvalue()


def as_markdown(overview: Overview) -> str:
    """Return the table as Markdown, with four significant digits."""
    lines = [_line(COLUMNS), _line(["---"] * len(COLUMNS))]
    lines += [_line([_short(cell) for cell in row]) for row in table_rows(overview)]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(cell: object) -> object:
    is_formula = isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{cell}" if is_formula else "" if cell is None else cell


def _short(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.4g}"
    return str(cell).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
