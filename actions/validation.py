"""What the steps of an action must be."""

from collections.abc import Mapping, Sequence

from core.exceptions import RuleBroken
from property_filters import UnreadableFilter, compile_filter
from property_filters.patterns import compile_pattern

Step = Mapping[str, object]

MAX_STEPS = 50
MAX_FILTERS = 200
MAX_VALUES = 200
MAX_TEXT_LENGTH = 2000
MATCHINGS = ("contains", "regex", "exact")
# What has a way of matching beside it.
_MATCHED = ("text", "href", "url")
_TEXTS = ("event", "selector", "selector_regex", "tag_name", *_MATCHED, "id", "name")
_KEYS = frozenset({*_TEXTS, *(f"{name}_matching" for name in _MATCHED), "properties"})
# Filters about properties, which are compiled; results say what they make of the others.
_COMPILED = frozenset({None, "event", "feature", "group", "person"})
_OTHERS = frozenset(
    {
        *("event_metadata", "person_metadata", "cohort", "element", "static-cohort"),
        *("dynamic-cohort", "precalculated-cohort", "recording", "log_entry", "behavioral"),
        *("session", "hogql", "data_warehouse", "data_warehouse_person_property", "flag", "empty"),
        *("error_tracking_issue", "log", "log_attribute", "log_resource_attribute"),
        *("metric_attribute", "span", "span_attribute", "span_resource_attribute"),
        *("revenue_analytics", "account_custom_property", "workflow_variable"),
    }
)


class InvalidSteps(RuleBroken):
    """Raised for steps that cannot say which events an action is."""

    default_attr = "steps"


class NameTaken(RuleBroken):
    """Raised when another action of the project has the name."""

    default_code = "unique"
    default_attr = "name"

    def __init__(self) -> None:
        super().__init__("Another action of this project has this name. Choose another one.")


def check_steps(steps: Sequence[object]) -> None:
    """Check that all steps can be read, and that there are not too many of them.

    :raises InvalidSteps: when one cannot.
    """
    if len(steps) > MAX_STEPS:
        raise InvalidSteps(f"An action has at most {MAX_STEPS} steps.")
    read = [_checked(step) for step in steps]
    filters = [wanted for step in read for wanted in _filters_of(step)]
    if len(filters) > MAX_FILTERS:
        raise InvalidSteps(f"The steps of an action have at most {MAX_FILTERS} filters together.")
    for step in read:
        _check_texts(step)
    for wanted in filters:
        _check_filter(wanted)


def _checked(step: object) -> Step:
    if not isinstance(step, dict):
        raise InvalidSteps("A step is an object.")
    if unknown := sorted(step.keys() - _KEYS):
        raise InvalidSteps(f"A step has no member '{unknown[0][:50]}'.")
    return step


def _filters_of(step: Step) -> Sequence[object]:
    filters = step.get("properties")
    if filters is None:
        return ()
    if not isinstance(filters, list):
        raise InvalidSteps("The properties of a step are a list of filters.")
    return filters


def _check_texts(step: Step) -> None:
    for name in _TEXTS:
        text = step.get(name)
        if text is not None and (not isinstance(text, str) or len(text) > MAX_TEXT_LENGTH):
            raise InvalidSteps(f"{name} is a text of at most {MAX_TEXT_LENGTH} characters.")
    for name in _MATCHED:
        matching = step.get(f"{name}_matching")
        if matching is not None and matching not in MATCHINGS:
            raise InvalidSteps(f"{name}_matching is one of {', '.join(MATCHINGS)}.")
        if matching == "regex" and compile_pattern(step.get(name) or "") is None:
            raise InvalidSteps(f"{name} is no regular expression that RE2 can read.")


def _check_filter(wanted: object) -> None:
    if not isinstance(wanted, dict):
        raise InvalidSteps("A property filter is an object.")
    kind, value = wanted.get("type"), wanted.get("value")
    if not isinstance(kind, str | None) or kind not in _COMPILED | _OTHERS:
        raise InvalidSteps("The type of a property filter is unknown.")
    _check_value(value)
    if kind in _OTHERS:
        return
    try:
        compile_filter(wanted)
    except UnreadableFilter as reason:
        raise InvalidSteps(str(reason)) from None
    if wanted.get("operator") in ("regex", "not_regex") and compile_pattern(value) is None:
        raise InvalidSteps("The value of a filter is no regular expression that RE2 can read.")


def _check_value(value: object) -> None:
    values = value if isinstance(value, list) else [value]
    if len(values) > MAX_VALUES:
        raise InvalidSteps(f"A property filter has at most {MAX_VALUES} values.")
    for each in values:
        if not isinstance(each, str | int | float | bool | None):
            raise InvalidSteps("The value of a filter is a text, a number, a boolean or a list.")
        if isinstance(each, str) and len(each) > MAX_TEXT_LENGTH:
            raise InvalidSteps(f"A value is a text of at most {MAX_TEXT_LENGTH} characters.")
