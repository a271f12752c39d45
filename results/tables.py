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
    "unit",
    "chance to win",
    "p-value",
    "significant",
    "note",
)
Overview = Mapping[str, Any]


def metric_rows(overview: Overview) -> Iterator[list[object]]:
    """Iterate over the rows of metrics, one for each metric and variant."""
    unit = overview["difference_type"].lower()
    for metric in overview["metrics"]:
        result = metric["result"]
        head = {"section": metric["section"], "metric": metric["name"] or metric["uuid"]}
        if result is None:
            yield _row(head, note=metric["error"]["detail"])
            continue
        for arm in (result["baseline"], *result["variant_results"]):
            estimate = metric["estimates"][arm["key"]]
            yield _row(head | _cells(arm, estimate, unit), note=_note(arm, estimate, metric))


def verdict_rows(overview: Overview) -> Iterator[list[object]]:
    """Iterate over the rows of what to do, and of each reason."""
    verdict = overview["verdict"]
    if verdict is None:
        return
    headline = f"{verdict['decision']}: {verdict['headline']}"
    yield _row({"section": "verdict", "variant": verdict["variant"]}, note=headline)
    names = {metric["uuid"]: metric["name"] for metric in overview["metrics"]}
    for reason in verdict["reasons"]:
        metric = names.get(reason["metric"]) or reason["metric"]
        head = {"section": "reason", "metric": metric, "variant": reason["variant"]}
        yield _row(head, note=reason["text"])


def exposure_rows(overview: Overview) -> Iterator[list[object]]:
    """Iterate over the rows of who was exposed, one for each variant, and the split's test."""
    exposures = overview["exposures"]
    split = exposures["sample_ratio_mismatch"] or {"expected": {}, "p_value": None}
    for variant, people in exposures["total_exposures"].items():
        expected = split["expected"].get(variant)
        head = {"section": "exposures", "variant": variant, "people": people}
        if expected is not None:
            head |= {"p-value": split["p_value"]}
        yield _row(head, note=None if expected is None else f"expected {expected:.0f}")


def _row(cells: Mapping[str, object], *, note: object) -> list[object]:
    known = {**cells, "note": note}
    return [known.get(name) for name in COLUMNS]


def _cells(arm: Overview, estimate: Overview, unit: str) -> dict[str, object]:
    lower, upper = estimate["interval"] or (None, None)
    return {
        "variant": arm["key"],
        "people": arm["number_of_samples"],
        "value": estimate["mean"],
        "difference": estimate["difference"],
        "lower": lower,
        "upper": upper,
        "unit": None if estimate["difference"] is None else unit,
        "chance to win": arm.get("chance_to_win"),
        "p-value": arm.get("p_value"),
        "significant": arm.get("significant"),
    }


def _note(arm: Overview, estimate: Overview, metric: Overview) -> object:
    missing = [f"no event {name} yet" for name in metric["unseen_events"]]
    return ", ".join([*arm["validation_failures"], *missing]) or estimate["reason"]


def as_csv(overview: Overview) -> str:
    """Return verdict, exposures and metrics as one table in CSV, with full precision.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for rows in (verdict_rows, exposure_rows, metric_rows):
        writer.writerows([_plain(cell) for cell in row] for row in rows(overview))
    return text.getvalue()


def as_markdown(overview: Overview) -> str:
    """Return the verdict, who was exposed and a table of metrics, with four significant digits."""
    lines = [*_verdict_lines(overview), _exposure_line(overview), ""]
    lines += [_line(COLUMNS), _line(["---"] * len(COLUMNS))]
    lines += [_line([_short(cell) for cell in row]) for row in metric_rows(overview)]
    return "\n".join(lines) + "\n"


def _verdict_lines(overview: Overview) -> list[str]:
    verdict = overview["verdict"]
    if verdict is None:
        return []
    reasons = [f"- {_short(reason['text'])}" for reason in verdict["reasons"]]
    headline = f"**{_short(verdict['headline'])}** ({verdict['decision']})"
    return [headline, "", *reasons, ""]


def _exposure_line(overview: Overview) -> str:
    exposures = overview["exposures"]
    total = ", ".join(f"{key} {people}" for key, people in exposures["total_exposures"].items())
    split = exposures["sample_ratio_mismatch"]
    if split is None:
        return f"Exposed: {total}."
    expected = ", ".join(f"{key} {people:.0f}" for key, people in split["expected"].items())
    return f"Exposed: {total}. Expected: {expected} (p = {split['p_value']:.4g})."


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
    text = " ".join(str(cell).splitlines())
    return text.replace("\\", "\\\\").replace("|", "\\|")
