"""Experiments simulated end to end: visitors by an SDK, results by the API of bin/serve.

`python -m tests.sdks.simulation --experiments 50 --visitors 1000` prints how often experiments
without an effect are significant, and how well a known effect is recovered.
"""

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.frontend.servers import running_api
from tests.sdks.conftest import Server
from tests.sdks.installed import python_with

PROGRAM = Path(__file__).parent / "programs/visit.py"
PROJECT = "/api/projects/@current/experiments/"
EFFECT = 0.3
_HOUR = {"conversion_window": 1, "conversion_window_unit": "hour"}


@dataclass(frozen=True)
class Comparison:
    """What the server said of a metric of one simulated experiment, and what is true of it."""

    kind: str
    truth: float
    estimate: float
    interval: tuple[float, float]
    is_significant: bool

    @property
    def covers(self) -> bool:
        """Tell whether the interval holds the truth."""
        return self.interval[0] <= self.truth <= self.interval[1]


def simulate(
    server: Server, *, experiments: int, visitors: int, effect: float, seed: int
) -> list[int]:
    """Make so many experiments with these visitors; return their ids."""
    name = f"{seed}-{effect:g}".replace(".", "")
    keys = [f"simulated-{name}-{number}" for number in range(experiments)]
    ids = [_created(server, key) for key in keys]
    asked = {
        "token": server.token,
        "host": server.host,
        "seed": seed,
        "visitors": visitors,
        "experiments": [{"key": key, "effect": effect} for key in keys],
    }
    subprocess.run([python_with("newest"), PROGRAM, json.dumps(asked)], check=True)  # noqa: S603
    return ids


def compared(
    server: Server, ids: Iterable[int], *, effect: float, method: str
) -> Iterator[tuple[int, list[Comparison]]]:
    """Return of each experiment how many were exposed, and its comparisons by this method."""
    for experiment in ids:
        server.call("PATCH", f"{PROJECT}{experiment}/", {"stats_config": {"method": method}})
        found = server.call("GET", f"{PROJECT}{experiment}/results/")
        known = [_comparison(metric, effect) for metric in found["metrics"]]
        exposed = sum(found["exposures"]["total_exposures"].values())
        yield exposed, [each for each in known if each]


def _created(server: Server, key: str) -> int:
    did, again = ({"kind": "EventsNode", "event": f"{word} {key}"} for word in ("did", "again"))
    amount = did | {"math": "sum", "math_property": "amount"}
    returns = {
        "start_event": did,
        "completion_event": again,
        "retention_window_start": 0,
        "retention_window_end": 60,
        "retention_window_unit": "minute",
        "start_handling": "first_seen",
    }
    metrics = [
        _metric("mean", source=amount),
        _metric("funnel", series=[did]),
        _metric("ratio", numerator=amount, denominator=did),
        _metric("retention", **returns),
    ]
    body = {
        "name": key,
        "feature_flag_key": key,
        "start_date": datetime.fromtimestamp(time.time() - 3_600, UTC).isoformat(),
        "metrics": metrics,
    }
    return server.call("POST", PROJECT, body)["id"]


def _metric(kind: str, **members: object) -> dict[str, object]:
    return {"kind": "ExperimentMetric", "metric_type": kind, "name": kind} | _HOUR | members


def _comparison(metric: Mapping[str, object], effect: float) -> Comparison | None:
    [variant] = metric["result"]["variant_results"]
    kind = metric["metric_type"]
    interval = variant.get("confidence_interval") or variant.get("credible_interval")
    if interval is None:
        # Too few people started.
        return None
    return Comparison(
        kind,
        # More people buy; those who do buy for as much, and come again as often.
        truth=effect if kind in ("mean", "funnel") else 0,
        estimate=metric["estimates"]["test"]["difference"],
        interval=tuple(interval),
        is_significant=variant["significant"],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--experiments", type=int, default=50)
    parser.add_argument("--visitors", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_api(Path(folder), {"RATE_LIMIT_TOKEN": "", "RATE_LIMITS": ""}) as api,
    ):
        server = Server(api)
        for effect in (0.0, EFFECT):
            ids = simulate(server, effect=effect, **vars(wanted))
            for method in ("frequentist", "bayesian"):
                found = compared(server, ids, effect=effect, method=method)
                every = [each for _, comparisons in found for each in comparisons]
                for kind in ("mean", "funnel", "ratio", "retention"):
                    _print(method, effect, [each for each in every if each.kind == kind])


def _print(method: str, effect: float, found: list[Comparison]) -> None:
    if not found:
        return
    significant = sum(each.is_significant for each in found) / len(found)
    covered = sum(each.covers for each in found) / len(found)
    mean = sum(each.estimate for each in found) / len(found)
    print(  # noqa: T201
        f"{method:12} {found[0].kind:10} truth {found[0].truth:+.0%} of {effect:+.0%}: "
        f"mean estimate {mean:+.1%}, {covered:.0%} of intervals hold it, "
        f"{significant:.0%} of {len(found)} significant",
        flush=True,
    )


if __name__ == "__main__":
    main()
