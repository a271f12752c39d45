"""The steps of an action as matchers: an event matches an action when it matches any step."""

from collections.abc import Mapping, Sequence

from events.facts import Matcher
from results.plans.sources import Document, filters_of

_URL = "$current_url"
_URL_OPERATORS = {"contains": "icontains", "regex": "regex", "exact": "exact"}


def matchers_of(steps: Sequence[Document]) -> tuple[Matcher, ...]:
    """Return the matchers of an action's steps; a step without an event matches every event.

    :raises UnsupportedMetric: for filters that are not about properties.
    """
    return tuple(_matcher(step) for step in steps)


def _matcher(step: Document) -> Matcher:
    name = step.get("event")
    filters = [*filters_of(step), *_url_filters(step)]
    return Matcher(name if isinstance(name, str) else None, tuple(filters))


def _url_filters(step: Mapping[str, object]) -> list[Document]:
    url = step.get("url")
    if not isinstance(url, str) or not url:
        return []
    kind = step.get("url_matching") or "contains"
    operator = _URL_OPERATORS.get(str(kind), "icontains")
    return [{"key": _URL, "value": url, "operator": operator, "type": "event"}]
