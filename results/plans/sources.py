"""From the nodes of a document to sources: which events match, and what their value is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cohorts.documents import id_of
from events.facts import Matcher, SourceDefinition, Value, ValueKind
from results.plans.elements import element_filters
from results.plans.errors import UnsupportedMetric
from results.plans.properties import property_filter
from saved_metrics.documents import node_kind

Document = Mapping[str, object]
# The steps of each action of the project, by id.
Actions = Mapping[int, Sequence[Document]]

# Returns what changes when somebody comes into a cohort or leaves it.
CohortVersion = Callable[[int], str]

_READABLE = frozenset({None, "event", "person", "feature", "cohort"})
# The value of sources whose events are only counted.
ONE = Value()
_URL = "$current_url"
_URL_OPERATORS = {"contains": "icontains", "regex": "regex", "exact": "exact"}


def _unknown_cohort(cohort_id: int) -> str:
    raise UnsupportedMetric(f"The cohort {cohort_id} cannot be computed: there is none.")


@dataclass(frozen=True, slots=True)
class Reading:
    """What documents are read with: the project's actions and cohorts, and the analysed group type.

    `cohort_version` raises `UnsupportedMetric` for cohorts whose members cannot be told.
    """

    actions: Actions
    entity: int | None = None
    cohort_version: CohortVersion = _unknown_cohort

    def matchers(self, node: Document) -> tuple[Matcher, ...]:
        """Return what a node matches; an action that is gone matches nothing.

        :raises UnsupportedMetric: for filters and tables that events know nothing of.
        """
        filters = self.filters_of(node)
        kind = node_kind(node)
        if kind == "ActionsNode":
            # As a number or as text: exposure criteria are read as they were sent.
            number = id_of(node.get("id"))
            steps = self.actions.get(number, ()) if number is not None else ()
            return tuple(self._of_step(step, filters) for step in steps)
        if kind == "ExperimentDataWarehouseNode":
            raise UnsupportedMetric("Sources in a warehouse cannot be computed; use events.")
        return (_of_event(node, filters),)

    def source(self, matchers: tuple[Matcher, ...], value: Value = ONE) -> SourceDefinition:
        """Return the source of these matchers, for the analysed entity."""
        return SourceDefinition(matchers, value, self.entity)

    def filters_of(self, node: Document) -> tuple[Document, ...]:
        """Return all property filters of a node; they hold together.

        :raises UnsupportedMetric: as `readable`.
        """
        found: list[Document] = []
        for name in ("properties", "fixedProperties"):
            filters = node.get(name)
            found += self.readable(filters if isinstance(filters, list) else [])
        return tuple(found)

    def readable(self, filters: Sequence[object]) -> list[Document]:
        """Return the filters that filter something.

        :raises UnsupportedMetric: for filters that are not about properties or known cohorts, and
            for operators and patterns that are not computed.
        """
        found = [each for each in filters if isinstance(each, Mapping)]
        return [self._readable(each) for each in found if each.get("type") != "empty"]

    def _readable(self, wanted: Document) -> Document:
        kind = wanted.get("type")
        if not isinstance(kind, str | None) or kind not in _READABLE:
            raise UnsupportedMetric(
                f"Property filters of the type {kind!s:.100} cannot be computed;"
                " use event or person properties, or cohorts."
            )
        return self._with_version(wanted) if kind == "cohort" else property_filter(wanted)

    def _with_version(self, wanted: Document) -> Document:
        """Return a filter on a cohort with its version: another one makes another source."""
        cohort_id = id_of(wanted.get("value"))
        operator = wanted.get("operator") or "in"
        if cohort_id is None or operator not in ("in", "not_in"):
            raise UnsupportedMetric("A filter on a cohort names its id, and in or not_in.")
        version = self.cohort_version(cohort_id)
        return {"type": "cohort", "value": cohort_id, "operator": operator, "version": version}

    def _of_step(self, step: Document, filters: tuple[Document, ...]) -> Matcher:
        """Return the matcher of a step of an action: an event matches with any step of it."""
        own = (*self.filters_of(step), *_url_filters(step), *element_filters(step))
        return _of_event(step, (*own, *filters))


def text_value(name: str) -> Value:
    """Return the value that is a property as text."""
    return Value(ValueKind.TEXT, name)


def _of_event(node: Document, filters: tuple[Document, ...]) -> Matcher:
    # Without a name every event matches.
    name = node.get("event")
    return Matcher(name if isinstance(name, str) else None, filters)


def _url_filters(step: Document) -> list[Document]:
    url = step.get("url")
    if not isinstance(url, str) or not url:
        return []
    operator = _URL_OPERATORS.get(str(step.get("url_matching")), "icontains")
    return [{"key": _URL, "value": url, "operator": operator, "type": "event"}]
