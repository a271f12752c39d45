"""A shop with experiments and the events of some thousand visitors, made over the public API."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

Call = Callable[[str, str, object], Any]

PEOPLE, DAYS, SPLIT = 4_000, 19, [0.34, 0.67, 1.0]
VARIANTS = ["control", "one-page", "one-page-express"]
BUYS = {"control": 0.20, "one-page": 0.24, "one-page-express": 0.205}
FAILS = {"control": 0.12, "one-page": 0.09, "one-page-express": 0.16}
HYPOTHESIS = (
    "People who see address and payment on one page finish more often, because nothing makes "
    "them wait between the two. Wallet buttons might help further, or send people to wallets "
    "that fail."
)


def _event(name: str, **more: object) -> dict[str, object]:
    return {"kind": "EventsNode", "event": name} | more


def _metric(metric_type: str, name: str, goal: str = "increase", **more: object) -> dict[str, Any]:
    return {
        "kind": "ExperimentMetric",
        "metric_type": metric_type,
        "name": name,
        "goal": goal,
    } | more


PRIMARY = [
    _metric(
        "funnel",
        "Purchase within 7 days",
        series=[_event("checkout_started"), _event("purchase")],
        conversion_window=7,
        conversion_window_unit="day",
    ),
    _metric(
        "mean",
        "Revenue per person",
        source=_event("purchase", math="sum", math_property="amount"),
        upper_bound_percentile=0.99,
    ),
    _metric("mean", "Payment errors per person", "decrease", source=_event("payment_failed")),
]
SECONDARY = [
    _metric(
        "ratio",
        "Items per order",
        numerator=_event("purchase", math="sum", math_property="items"),
        denominator=_event("purchase"),
    ),
    _metric(
        "retention",
        "Came back in week 2",
        start_event=_event("purchase"),
        completion_event=_event("purchase"),
        retention_window_start=7,
        retention_window_end=14,
        retention_window_unit="day",
        start_handling="first_seen",
    ),
]


def fill(call: Call, path: str, now: datetime) -> dict[str, Any]:
    """Make the shop in the project at this path of the API; return the experiment."""
    experiment: dict[str, Any] = call("POST", f"{path}experiments/", _experiment(call, path))
    start = now - timedelta(days=DAYS)
    one = f"{path}experiments/{experiment['id']}/"
    experiment = call("PATCH", one, {"start_date": start.isoformat()})
    token = call("GET", path, None)["api_token"]
    held = f"holdout-{experiment['holdout_id']}"
    events = list(_events(experiment["feature_flag_key"], held, start))
    for at in range(0, len(events), 2_000):
        call("POST", "/batch", {"api_key": token, "batch": events[at : at + 2_000]})
    _others(call, path)
    return experiment


def _experiment(call: Call, path: str) -> dict[str, object]:
    holdout = call(
        "POST",
        f"{path}experiment_holdouts/",
        {"name": "Always-old", "filters": [{"properties": [], "rollout_percentage": 5}]},
    )
    shares = zip(VARIANTS, [34, 33, 33], strict=True)
    return {
        "name": "Checkout: one page or two steps",
        "description": HYPOTHESIS,
        "feature_flag_key": "checkout-layout",
        "holdout_id": holdout["id"],
        "metrics": PRIMARY,
        "metrics_secondary": SECONDARY,
        "parameters": {
            "feature_flag_variants": [
                {"key": key, "rollout_percentage": share} for key, share in shares
            ],
            "minimum_detectable_effect": 15,
            "recommended_sample_size": 5_200,
            "recommended_running_time": 26,
        },
    }


def _events(flag: str, held: str, start: datetime) -> Iterator[dict[str, object]]:
    dice = random.Random(4)  # noqa: S311 (the same shop every time)
    for number in range(PEOPLE):
        person, roll = f"visitor-{number}", dice.random()
        variant = next(key for key, end in zip(VARIANTS, SPLIT, strict=True) if roll < end)
        variant = held if dice.random() < 0.05 else variant
        seen = start + timedelta(days=dice.random() * (DAYS - 0.1))

        def event(name: str, hours: float, person: str = person, **properties: object) -> Any:
            at = (start_of(hours)).isoformat()
            return {
                "event": name,
                "distinct_id": person,
                "timestamp": at,
                "properties": properties,
            }

        def start_of(hours: float, seen: datetime = seen) -> datetime:
            return seen + timedelta(hours=hours)

        yield event(
            "$feature_flag_called", 0, **{"$feature_flag": flag, "$feature_flag_response": variant}
        )
        yield from _visit(dice, event, variant)


def _visit(dice: random.Random, event: Callable[..., Any], variant: str) -> Iterator[Any]:
    if variant not in VARIANTS or dice.random() > 0.55:
        return
    yield event("checkout_started", 0.01)
    if dice.random() < FAILS[variant]:
        yield event("payment_failed", 0.015)
    if dice.random() < BUYS[variant] / 0.55:
        amount = round(dice.lognormvariate(3.4, 0.6), 2)
        yield event("purchase", 0.02, amount=amount, items=dice.randint(1, 4))
        if dice.random() < 0.2:
            yield event("purchase", 24 * dice.uniform(7, 8), amount=amount, items=1)


def _others(call: Call, path: str) -> None:
    steps = {
        "Sticky header on mobile": ["launch"],
        "Free delivery banner": ["launch", "pause"],
        "Search suggestions while typing": ["launch", "end"],
        "Newsletter in the footer": [],
    }
    for number, (name, taken) in enumerate(steps.items()):
        body = {"name": name, "feature_flag_key": f"shop-{number}", "metrics": PRIMARY[:1]}
        made = call("POST", f"{path}experiments/", body)
        for step in taken:
            call("POST", f"{path}experiments/{made['id']}/{step}/", {})


def utc_now() -> datetime:
    """Return the time, which the shop's events end at."""
    return datetime.now(UTC)  # noqa: TID251 (a program of its own, outside requests)
