"""Answers about results as a test wants them, and where the page shows them."""

import json
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Route

Document = dict[str, Any]
WAITING: Document = {
    "decision": "keep running",
    "headline": "Keep it running",
    "reasons": [],
    "variant": None,
    "comparisons": 0,
}


def row(page: Page, metric: str, variant: str) -> Locator:
    """Return the row of a variant below a metric."""
    body = page.locator("tbody").filter(has_text=metric)
    return body.locator("tr").filter(has=page.get_by_text(variant, exact=True)).last


def answer(variants: list[Document], **baseline: object) -> Document:
    """Return what a metric has come to."""
    base = {"key": "control", "number_of_samples": 400, "sum": 80, "validation_failures": []}
    shown = [
        {"number_of_samples": 400, "sum": 90, "validation_failures": [], "method": "bayesian"}
        | {"chance_to_win": None, "credible_interval": None, "significant": None}
        | variant
        for variant in variants
    ]
    return {"baseline": base | baseline, "variant_results": shown}


def overview(experiment: Document, result: Document, **more: object) -> Document:
    """Return results in which every metric of the experiment has come to the same."""
    metrics = [*experiment["metrics"], *experiment["metrics_secondary"]]
    exposures = {
        "timeseries": [],
        "total_exposures": {"control": 400, "one-page": 400},
        "sample_ratio_mismatch": None,
        "bias_risk": None,
    }
    return {
        "exposures": exposures | more.pop("exposures", {}),
        "metrics": [
            {"uuid": each["uuid"], "name": each["name"], "result": result, "error": None}
            for each in metrics
        ],
        "verdict": WAITING,
        "computed_at": "2026-11-20T12:04:00Z",
    } | more


def serve(context: BrowserContext, document: Document) -> None:
    """Let the browser get these results instead of the server's."""

    def fulfil(route: Route) -> None:
        route.fulfill(body=json.dumps(document), content_type="application/json")

    context.route("**/results/", fulfil)
