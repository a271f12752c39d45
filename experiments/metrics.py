"""Rules for an experiment's lists of metrics: identities, fingerprints, dates and their order."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from uuid import uuid4

JSONObject = dict[str, object]

UNFINGERPRINTED_KEYS = frozenset({"uuid", "name", "kind", "fingerprint"})
DATED_QUERIES = ("count_query", "funnels_query")

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def metric_fingerprint(
    *,
    metric: Mapping[str, object],
    start_date: datetime | None,
    stats_method: str,
    exposure_criteria: Mapping[str, object] | None,
) -> str:
    """Hash everything that a stored result of the metric depends on."""
    basis: JSONObject = {
        "metric": {key: metric[key] for key in metric.keys() - UNFINGERPRINTED_KEYS},
        "start_date": start_date.astimezone(UTC).isoformat() if start_date else None,
        "stats_method": stats_method,
    }
    if exposure_criteria:
        basis["exposure_criteria"] = exposure_criteria
    return hashlib.sha256(_canonical(basis).encode()).hexdigest()


def with_fingerprints(
    *,
    metrics: list[JSONObject],
    start_date: datetime | None,
    stats_method: str,
    exposure_criteria: Mapping[str, object] | None,
) -> list[JSONObject]:
    """Copy the metrics, each with its current fingerprint."""
    return [
        metric
        | {
            "fingerprint": metric_fingerprint(
                metric=metric,
                start_date=start_date,
                stats_method=stats_method,
                exposure_criteria=exposure_criteria,
            )
        }
        for metric in metrics
    ]


def with_uuids(*, metrics: list[JSONObject]) -> list[JSONObject]:
    """Copy the metrics in depth and give a random uuid to those that have none."""
    return [deepcopy(metric) | {"uuid": _uuid_of(metric) or str(uuid4())} for metric in metrics]


def dated_queries(*, metric: JSONObject) -> dict[str, JSONObject]:
    """Return the legacy queries of the metric that have a date range, which is stale."""
    queries = {field: metric[field] for field in DATED_QUERIES if field in metric}
    return {
        field: query
        for field, query in queries.items()
        if isinstance(query, dict) and query.get("dateRange")
    }


def with_experiment_dates(*, metric: JSONObject, start: str, end: str) -> JSONObject:
    """Copy the metric with the experiment's period in place of a stale legacy date range."""
    dates = {"date_from": start, "date_to": end, "explicitDate": True}
    queries = dated_queries(metric=metric)
    return metric | {field: query | {"dateRange": dates} for field, query in queries.items()}


def without_shared_ids(*, metrics: list[JSONObject] | None) -> list[JSONObject] | None:
    """Copy the metrics without the ids of the saved metrics that they were taken from."""
    if metrics is None:
        return None
    keys = ("isSharedMetric", "sharedMetricId")
    return [{key: metric[key] for key in metric if key not in keys} for metric in metrics]


def metric_uuids(*, metrics: list[JSONObject] | None) -> list[str]:
    """List the uuids of those metrics that have one."""
    uuids = (_uuid_of(metric) for metric in metrics or [])
    return [uuid for uuid in uuids if uuid]


def first_repeated(uuids: Iterable[str]) -> str | None:
    """Return the first uuid that was there before, or None."""
    seen: set[str] = set()
    for uuid in uuids:
        if uuid in seen:
            return uuid
        seen.add(uuid)
    return None


def with_added(*, ordering: list[str] | None, uuids: list[str]) -> list[str]:
    """Copy the ordering and append the uuids it lacks."""
    missing = missing_uuids(ordering=ordering, expected=uuids)
    return [*(ordering or []), *dict.fromkeys(missing)]


def reordered(
    *, ordering: list[str] | None, before: list[str], after: list[str]
) -> list[str] | None:
    """Adjust the ordering to metrics that came and went; leave it alone when none did."""
    earlier, later = set(before), set(after)
    added = [uuid for uuid in after if uuid not in earlier]
    removed = earlier - later
    if not added and not removed:
        return ordering
    kept = [uuid for uuid in ordering or [] if uuid not in removed]
    return with_added(ordering=kept, uuids=added)


def missing_uuids(*, ordering: list[str] | None, expected: list[str]) -> list[str]:
    """List the expected uuids that the ordering lacks."""
    known = set(ordering or [])
    return [uuid for uuid in expected if uuid not in known]


def _uuid_of(metric: object) -> str | None:
    uuid = metric.get("uuid") if isinstance(metric, dict) else None
    return uuid if isinstance(uuid, str) and uuid else None
