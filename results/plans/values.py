"""The value that a node gives each unit: its `math`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from events.facts import SourceDefinition, Value, ValueKind
from results.plans.errors import UnsupportedMetric
from results.plans.sources import Document, Reading, text_value
from results.queries import Aggregate

SESSION = "$session_id"
_MAX_EXPRESSION = 1_000
_NUMBERS = {
    "sum": Aggregate.SUM,
    "avg": Aggregate.AVERAGE,
    "min": Aggregate.SMALLEST,
    "max": Aggregate.LARGEST,
}
# `sum(properties.amount)`, `uniq(properties['plan'])`, `count()`; a property alone is summed up.
_EXPRESSION = re.compile(
    r"\s*(?:(?P<aggregate>\w+)\s*(?P<opened>\(\s*)(?P<distinct>distinct\s+)?)??"
    r"(?:(?:toFloat|toInt|toString)(?P<cast>\(\s*))?"
    r"(?:properties\.(?P<name>[$\w]+)|properties\[['\"](?P<quoted>[^'\"]+)['\"]\]|(?P<any>\*?))"
    r"\s*(?(cast)\)\s*)(?(opened)\)\s*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ValuePlan:
    """The source of a value, and how the facts of a unit become it.

    `sessions` is set where the value is how long sessions took: the source of all events then.
    """

    source: SourceDefinition
    aggregate: Aggregate
    sessions: SourceDefinition | None = None


def value_plan(node: Document, reading: Reading) -> ValuePlan:
    """Return how the value of a node is computed.

    :raises UnsupportedMetric: for a `math` that results do not compute.
    """
    math, name = str(node.get("math") or "total"), node.get("math_property")
    if _is_about_sessions(node):
        return _session_plan(math, str(name), node, reading)
    if math in _NUMBERS and name:
        return _number_plan(_NUMBERS[math], str(name), node, reading)
    if math in ("total", "sum"):
        return _counting_plan(node, reading)
    if math in _NUMBERS:
        # Of events that count 1 each, the average, the smallest and the largest are 1.
        return ValuePlan(reading.source(reading.matchers(node)), Aggregate.ANY)
    if math not in _READERS:
        raise UnsupportedMetric(
            f"The math {math} cannot be computed; use total, sum, avg, min or max."
        )
    return _READERS[math](node, reading)


def _counting_plan(node: Document, reading: Reading) -> ValuePlan:
    return ValuePlan(reading.source(reading.matchers(node)), Aggregate.COUNT)


def _number_plan(aggregate: Aggregate, name: str, node: Document, reading: Reading) -> ValuePlan:
    number = Value(ValueKind.NUMBER, name)
    return ValuePlan(reading.source(reading.matchers(node), number), aggregate)


def _distinct_plan(name: str, node: Document, reading: Reading) -> ValuePlan:
    return ValuePlan(reading.source(reading.matchers(node), text_value(name)), Aggregate.DISTINCT)


def _session_count_plan(node: Document, reading: Reading) -> ValuePlan:
    return _distinct_plan(SESSION, node, reading)


def _group_plan(node: Document, reading: Reading) -> ValuePlan:
    return _distinct_plan(f"$group_{node.get('math_group_type_index') or 0}", node, reading)


def _people_plan(node: Document, reading: Reading) -> ValuePlan:
    matchers = reading.matchers(node)
    if reading.entity is None:
        return ValuePlan(reading.source(matchers), Aggregate.ANY)
    people = Value(ValueKind.PERSON)
    return ValuePlan(reading.source(matchers, people), Aggregate.DISTINCT)


def _is_about_sessions(node: Document) -> bool:
    is_duration = node.get("math_property") == "$session_duration"
    return is_duration or node.get("math_property_type") == "session_properties"


def _session_plan(math: str, name: str, node: Document, reading: Reading) -> ValuePlan:
    if name != "$session_duration" or math not in ("total", *_NUMBERS):
        raise UnsupportedMetric(
            "Of sessions only $session_duration can be computed, as its sum, avg, min or max."
        )
    sessions = text_value(SESSION)
    everything = reading.source(reading.matchers({"event": None}), sessions)
    matching = reading.source(reading.matchers(node), sessions)
    return ValuePlan(matching, _NUMBERS.get(math, Aggregate.COUNT), sessions=everything)


def _expression_plan(node: Document, reading: Reading) -> ValuePlan:
    text = str(node.get("math_hogql") or "")
    found = _EXPRESSION.fullmatch(text) if len(text) < _MAX_EXPRESSION else None
    if found is not None:
        aggregate = (found["aggregate"] or "sum").lower()
        name, is_distinct = found["name"] or found["quoted"], bool(found["distinct"])
        if aggregate == "count" and not name and not is_distinct:
            return _counting_plan(node, reading)
        if name and (aggregate == "uniq" or (aggregate == "count" and is_distinct)):
            return _distinct_plan(name, node, reading)
        if name and aggregate in _NUMBERS and not is_distinct:
            # Unlike with `math_property`, events without the number take no part.
            number = Value(ValueKind.NUMBER_IF_ANY, name)
            source = reading.source(reading.matchers(node), number)
            return ValuePlan(source, _NUMBERS[aggregate])
    raise UnsupportedMetric(
        "This math_hogql cannot be computed; use count(), or sum, avg, min, max or uniq of one"
        " property, such as sum(properties.amount)."
    )


_READERS: dict[str, Callable[[Document, Reading], ValuePlan]] = {
    "unique_session": _session_count_plan,
    "unique_group": _group_plan,
    "dau": _people_plan,
    "hogql": _expression_plan,
}
