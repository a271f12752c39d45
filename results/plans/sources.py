"""From the nodes of a document to sources: which events match, and what their value is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from events.facts import Matcher, SourceDefinition, Value, ValueKind
from results.plans.errors import UnsupportedMetric

Document = Mapping[str, object]
# The steps of each action of the project, by id.
Actions = Mapping[int, Sequence[Document]]

_READABLE = frozenset({None, "event", "person", "feature"})
# The value of sources whose events are only counted.
ONE = Value()
_URL = "$current_url"
_URL_OPERATORS = {"contains": "icontains", "regex": "regex", "exact": "exact"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What documents are read with: the project's actions, and the group type that is analysed."""

    actions: Actions
    entity: int | None = None

    def matchers(self, node: Document) -> tuple[Matcher, ...]:
        """Return what a node matches; an action that is gone matches nothing.

        :raises UnsupportedMetric: for filters and tables that events know nothing of.
        """
        filters = filters_of(node)
        if node.get("kind") == "ActionsNode":
            number = node.get("id")
            steps = self.actions.get(number, ()) if isinstance(number, int) else ()
            return tuple(_of_step(step, filters) for step in steps)
        if node.get("kind") == "ExperimentDataWarehouseNode":
            raise UnsupportedMetric("Sources in a warehouse cannot be computed; use events.")
        return (_of_event(node, filters),)

    def source(self, matchers: tuple[Matcher, ...], value: Value = ONE) -> SourceDefinition:
        """Return the source of these matchers, for the analysed entity."""
        return SourceDefinition(matchers, value, self.entity)


def text_value(name: str) -> Value:
    """Return the value that is a property as text."""
    return Value(ValueKind.TEXT, name)


def filters_of(node: Document) -> tuple[Document, ...]:
    """Return all property filters of a node; they hold together.

    :raises UnsupportedMetric: for filters of a type that is not about properties.
    """
    found: list[Document] = []
    for name in ("properties", "fixedProperties"):
        filters = node.get(name)
        found += readable(filters if isinstance(filters, list) else [])
    return tuple(found)


def readable(filters: Sequence[object]) -> list[Document]:
    """Return the filters that filter something.

    :raises UnsupportedMetric: as `filters_of`.
    """
    found = [each for each in filters if isinstance(each, Mapping)]
    found = [each for each in found if each.get("type") != "empty"]
    for each in found:
        if each.get("type") not in _READABLE:
            raise UnsupportedMetric(
                f"Property filters of the type {each.get('type')} cannot be computed;"
                " use event or person properties."
            )
    return found


def _of_event(node: Document, filters: tuple[Document, ...]) -> Matcher:
    # Without a name every event matches.
    name = node.get("event")
    return Matcher(name if isinstance(name, str) else None, filters)


def _of_step(step: Document, filters: tuple[Document, ...]) -> Matcher:
    """Return the matcher of a step of an action: an event matches with any step of it."""
    return _of_event(step, (*filters_of(step), *_url_filters(step), *filters))


def _url_filters(step: Document) -> list[Document]:
    url = step.get("url")
    if not isinstance(url, str) or not url:
        return []
    operator = _URL_OPERATORS.get(str(step.get("url_matching")), "icontains")
    return [{"key": _URL, "value": url, "operator": operator, "type": "event"}]
