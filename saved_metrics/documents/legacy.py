"""The two legacy kinds of metric, each of which wraps an insight query."""

from typing import Literal

from saved_metrics.documents.base import Document, JSONObject, QueryNode
from saved_metrics.documents.metrics import Attribution, FunnelOrder, WindowUnit
from saved_metrics.documents.nodes import LegacySource
from saved_metrics.documents.properties import BreakdownFilter, PropertyListOrGroup


class DateRange(Document):
    """The period a query looks at."""

    date_from: str | None = None
    date_to: str | None = None
    explicitDate: bool | None = False


class CompareFilter(Document):
    """The earlier period a query is compared to."""

    compare: bool | None = None
    compare_to: str | None = None


class LegacyNode(QueryNode):
    """What legacy metrics and the queries inside them may carry."""

    modifiers: JSONObject | None = None
    tags: JSONObject | None = None


class InsightQuery(LegacyNode):
    """What both insight queries share."""

    series: list[LegacySource]
    interval: WindowUnit | None = "day"
    dateRange: DateRange | None = None
    filterTestAccounts: bool | None = False
    properties: PropertyListOrGroup | None = None
    aggregation_group_type_index: int | None = None
    samplingFactor: float | None = None
    breakdownFilter: BreakdownFilter | None = None


class TrendsQuery(InsightQuery):
    """Events counted over time."""

    kind: Literal["TrendsQuery"] = "TrendsQuery"
    trendsFilter: JSONObject | None = None
    compareFilter: CompareFilter | None = None
    conversionGoal: JSONObject | None = None


class FunnelsFilter(Document):
    """How the steps of a funnel are counted and shown."""

    exclusions: list[JSONObject] | None = None
    layout: str | None = None
    binCount: str | int | None = None
    breakdownAttributionType: Attribution | None = "first_touch"
    breakdownAttributionValue: int | None = None
    funnelAggregateByHogQL: str | None = None
    funnelFromStep: int | None = None
    funnelToStep: int | None = None
    funnelOrderType: FunnelOrder | None = "ordered"
    funnelVizType: str | None = "steps"
    funnelWindowInterval: int | None = 14
    funnelWindowIntervalUnit: WindowUnit | None = "day"
    funnelStepReference: str | None = "total"
    hiddenLegendBreakdowns: list[str] | None = None
    resultCustomizations: JSONObject | None = None
    goalLines: list[JSONObject] | None = None
    showValuesOnSeries: bool | None = False
    useUdf: bool | None = None


class FunnelsQuery(InsightQuery):
    """Users counted from step to step."""

    kind: Literal["FunnelsQuery"] = "FunnelsQuery"
    funnelsFilter: FunnelsFilter | None = None


class LegacyMetric(LegacyNode):
    """What both legacy metrics share."""

    uuid: str | None = None
    name: str | None = None
    fingerprint: str | None = None
    experiment_id: int | None = None


class ExperimentTrendsQuery(LegacyMetric):
    """A count over time, and optionally the exposures it is set against."""

    kind: Literal["ExperimentTrendsQuery"]
    count_query: TrendsQuery
    exposure_query: TrendsQuery | None = None


class ExperimentFunnelsQuery(LegacyMetric):
    """A conversion from step to step."""

    kind: Literal["ExperimentFunnelsQuery"]
    funnels_query: FunnelsQuery


LEGACY_METRICS: dict[str, type[Document]] = {
    "ExperimentTrendsQuery": ExperimentTrendsQuery,
    "ExperimentFunnelsQuery": ExperimentFunnelsQuery,
}
