"""The questions callers ask of a document: is it a saved metric, an inline metric, an exposure?"""

from pydantic import ValidationError

from saved_metrics.documents.base import Document, JSONObject
from saved_metrics.documents.exposure import ExperimentEventExposureConfig
from saved_metrics.documents.legacy import LEGACY_METRICS
from saved_metrics.documents.metrics import METRICS
from saved_metrics.documents.nodes import ActionsNode

METRIC_KIND = "ExperimentMetric"
METRIC_TYPES = tuple(METRICS)
LEGACY_KINDS = tuple(LEGACY_METRICS)
KINDS = (METRIC_KIND, *LEGACY_KINDS)

MAX_REPORTED_ERRORS = 15
MAX_REPORTED_KEY_LENGTH = 100


class MetricDocumentError(ValueError):
    """The document is not what it has to be; the message tells the reader what to change."""


def check_saved_metric(*, document: object) -> None:
    """Make sure that the document is a metric, of the current or of a legacy kind.

    :raises MetricDocumentError: when it is empty, of another kind or wrongly built.
    """
    if not document:
        raise MetricDocumentError("A metric needs a query: send a metric document.")
    metric = _object(document, "query")
    kind = metric.get("kind")
    if kind not in KINDS:
        raise MetricDocumentError(f"The kind of the query must be one of {', '.join(KINDS)}.")
    model = LEGACY_METRICS[str(kind)] if kind in LEGACY_KINDS else _metric_model(metric)
    _read(metric, model)


def check_inline_metric(*, document: object) -> None:
    """Make sure that the document is a metric an experiment may hold itself.

    :raises MetricDocumentError: when it is of another or a legacy kind, wrongly built, or a
        funnel without steps.
    """
    metric = _object(document, "metric")
    if is_legacy(document=metric):
        raise MetricDocumentError(
            f"Legacy metrics are no longer accepted: use the kind {METRIC_KIND}."
        )
    if metric.get("kind") != METRIC_KIND:
        raise MetricDocumentError(f"The kind of a metric must be {METRIC_KIND}.")
    _read(metric, _metric_model(metric))
    if metric["metric_type"] == "funnel" and not metric["series"]:
        raise MetricDocumentError("A funnel needs at least one step in its series.")


def metric_values(*, document: JSONObject) -> JSONObject:
    """Return what a metric of the current kind says: numbers as numbers where they came as text.

    :raises MetricDocumentError: when it is none, or wrongly built.
    """
    metric = {**document, "kind": METRIC_KIND}
    read = _read(metric, _metric_model(metric))
    # A node is more than its field says: it is one of several kinds.
    return read.model_dump(exclude_unset=True, serialize_as_any=True)


def check_exposure_config(*, config: object) -> None:
    """Make sure that the document tells which event or action counts as exposure.

    :raises MetricDocumentError: when it is neither an action nor an event with its properties.
    """
    exposure = _object(config, "exposure_config")
    is_action = exposure.get("kind") == "ActionsNode"
    _read(exposure, ActionsNode if is_action else ExperimentEventExposureConfig)


def is_legacy(*, document: object) -> bool:
    """Tell whether the document is a metric of a legacy kind."""
    return isinstance(document, dict) and document.get("kind") in LEGACY_KINDS


def _object(document: object, noun: str) -> JSONObject:
    if not isinstance(document, dict):
        raise MetricDocumentError(f"The {noun} must be a JSON object.")
    return document


def _metric_model(metric: JSONObject) -> type[Document]:
    allowed = ", ".join(METRIC_TYPES)
    if "metric_type" not in metric:
        raise MetricDocumentError(f"A metric needs a metric_type: one of {allowed}.")
    metric_type = metric["metric_type"]
    if metric_type not in METRIC_TYPES:
        raise MetricDocumentError(f"The metric_type must be one of {allowed}.")
    return METRICS[str(metric_type)]


def _read(document: JSONObject, model: type[Document]) -> Document:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise MetricDocumentError(_report(error)) from error


def _report(error: ValidationError) -> str:
    entries: list[JSONObject] = [
        {"type": entry["type"], "loc": _location(entry["loc"]), "msg": entry["msg"]}
        for entry in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    hidden = len(entries) - MAX_REPORTED_ERRORS
    if hidden > 0:
        note: JSONObject = {"type": "truncated", "loc": (), "msg": f"{hidden} more not shown"}
        entries = [*entries[:MAX_REPORTED_ERRORS], note]
    return str(entries)


def _location(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    # Keys come from the client: an overlong one must not come back whole.
    return tuple(part if isinstance(part, int) else part[:MAX_REPORTED_KEY_LENGTH] for part in loc)
