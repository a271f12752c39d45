"""Legacy metrics written as metrics of the current kind that say the same."""

from collections.abc import Iterator, Mapping
from typing import Any

from saved_metrics.documents.base import JSONObject
from saved_metrics.documents.checks import METRIC_KIND, MetricDocumentError, check_saved_metric

_Query = Mapping[str, Any]

_EXPOSURE_EVENT = "$feature_flag_called"
_FLAG_PROPERTIES = frozenset({"$feature_flag", "$feature_flag_response"})
# What changes the numbers of a query, and a metric has nothing like.
_FORMULAS = ("formula", "formulas", "formulaNodes")
_OF_FUNNELS = ("exclusions", "funnelAggregateByHogQL")
_DEFAULT_WINDOW, _DEFAULT_UNIT = 14, "day"


def converted(*, document: JSONObject) -> JSONObject:
    """Return the metric of the current kind that says what a legacy metric does.

    A count over time becomes a mean, a funnel a funnel. What only draws a chart is left out, and so
    are the period and the test accounts, which are the experiment's own.

    :raises MetricDocumentError: naming what is wrong in it, or has no counterpart.
    """
    check_saved_metric(document=document)
    convert = _mean if document["kind"] == "ExperimentTrendsQuery" else _funnel
    kept = {key: document[key] for key in ("uuid", "name") if document.get(key) is not None}
    return {"kind": METRIC_KIND, **kept, **convert(document)}


def _mean(document: _Query) -> JSONObject:
    query, place = document["count_query"], "count_query"
    shown = query.get("trendsFilter") or {}
    _refuse(place, query, "conversionGoal")
    _refuse(f"{place}.trendsFilter", shown, *_FORMULAS)
    _check_exposure(document.get("exposure_query"))
    sources = _sources(query, place)
    if len(sources) > 1:
        raise _nothing_like(f"{place}.series", "more than one member")
    return {"metric_type": "mean", "source": sources[0], **_breakdown(query)}


def _funnel(document: _Query) -> JSONObject:
    query, place = document["funnels_query"], "funnels_query"
    sources, shown = _sources(query, place), query.get("funnelsFilter") or {}
    _refuse(f"{place}.funnelsFilter", shown, *_OF_FUNNELS)
    _check_steps(f"{place}.funnelsFilter", shown, last=len(sources) - 1)
    window = shown.get("funnelWindowInterval")
    metric: JSONObject = {
        "metric_type": "funnel",
        "series": sources,
        "conversion_window": _DEFAULT_WINDOW if window is None else window,
        "conversion_window_unit": shown.get("funnelWindowIntervalUnit") or _DEFAULT_UNIT,
        "funnel_order_type": shown.get("funnelOrderType") or "ordered",
    }
    return metric | _breakdown(query) | _attribution(query, shown)


def _sources(query: _Query, place: str) -> list[JSONObject]:
    """Return what a query counts, each narrowed by the filters of the whole query."""
    _refuse(place, query, "aggregation_group_type_index")
    if query.get("samplingFactor") not in (None, 1):
        raise _nothing_like(f"{place}.samplingFactor")
    if not query["series"]:
        raise _nothing_like(f"{place}.series", "no member")
    filters = list(_joined_by_and(query.get("properties"), f"{place}.properties"))
    return [_narrowed(source, filters, place) for source in query["series"]]


def _narrowed(source: JSONObject, filters: list[object], place: str) -> JSONObject:
    if source.get("kind") == "DataWarehouseNode" or "table_name" in source:
        raise _nothing_like(f"{place}.series", "rows of a warehouse table")
    own = source.get("properties")
    properties = [*(own if isinstance(own, list) else []), *filters]
    return source | ({"properties": properties} if properties else {})


def _joined_by_and(properties: Any, place: str) -> Iterator[object]:
    """Iterate over filters all of which have to be met."""
    if not isinstance(properties, dict):
        yield from properties or []
        return
    values = properties["values"]
    if properties["type"] != "AND" and len(values) > 1:
        raise _nothing_like(place, "alternatives")
    for value in values:
        if "values" in value:
            yield from _joined_by_and(value, place)
        else:
            yield value


def _check_exposure(query: _Query | None) -> None:
    """Check that a metric is set against those who were given a variant, as every metric is."""
    for source in (query or {}).get("series", []):
        others = {each.get("key") for each in source.get("properties") or []} - _FLAG_PROPERTIES
        if source.get("event") != _EXPOSURE_EVENT or others:
            raise _nothing_like("exposure_query", f"another event than {_EXPOSURE_EVENT}")


def _check_steps(place: str, shown: _Query, *, last: int) -> None:
    for name, whole in (("funnelFromStep", 0), ("funnelToStep", last)):
        if shown.get(name) not in (None, whole):
            raise _nothing_like(f"{place}.{name}")


def _breakdown(query: _Query) -> JSONObject:
    found = query.get("breakdownFilter") or {}
    is_split = found.get("breakdown") is not None or found.get("breakdowns")
    return {"breakdownFilter": found} if is_split else {}


def _attribution(query: _Query, shown: _Query) -> JSONObject:
    if not _breakdown(query):
        return {}
    names = ("breakdownAttributionType", "breakdownAttributionValue")
    return {name: shown[name] for name in names if shown.get(name) is not None}


def _refuse(place: str, document: _Query, *names: str) -> None:
    for name in names:
        if document.get(name) not in (None, "", [], {}):
            raise _nothing_like(f"{place}.{name}")


def _nothing_like(place: str, what: str = "") -> MetricDocumentError:
    told = f"{place} with {what}" if what else place
    return MetricDocumentError(f"A metric of the kind {METRIC_KIND} has nothing like {told}.")
