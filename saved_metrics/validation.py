"""What the query of a saved metric must be."""

from collections.abc import Mapping
from uuid import uuid4

from core.exceptions import RuleBroken
from saved_metrics.documents import MetricDocumentError, check_saved_metric, is_legacy

Query = dict[str, object]


class InvalidMetricQuery(RuleBroken):
    """Raised for a query that defines no metric."""

    default_detail = "The query does not define a metric."


def check_query(query: object, *, stored: Mapping[str, object] | None = None) -> None:
    """Check that the query defines a metric, and none of a legacy kind in place of another.

    :raises InvalidMetricQuery: with the list of what is wrong in it.
    """
    try:
        check_saved_metric(document=query)
    except MetricDocumentError as error:
        raise InvalidMetricQuery(str(error)) from None
    if stored and is_legacy(document=query) and not is_legacy(document=stored):
        raise InvalidMetricQuery("A metric cannot become one of a legacy kind. Create a new one.")


def with_uuid(query: Query, *, stored: Mapping[str, object] | None = None) -> Query:
    """Return the query with its uuid: the stored one, else its own, else a fresh one.

    :raises InvalidMetricQuery: when it names another uuid than the stored one.
    """
    fixed = (stored or {}).get("uuid")
    own = query.get("uuid")
    if fixed and own and own != fixed:
        raise InvalidMetricQuery("The uuid of a saved metric is fixed. Leave it out of the query.")
    return query | {"uuid": fixed or own or str(uuid4())}
