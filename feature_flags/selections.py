"""Which flags a request body means: those with these ids, or those that a list would show."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from core.exceptions import BareError
from core.http.query_text import is_id, json_list
from feature_flags.listing import MAX_SEARCH_LENGTH, TYPES
from feature_flags.models import EvaluationRuntime

# What one request may change: its flags are locked for as long as all of them take.
MAX_SELECTED = 200
# What one request may look up.
MAX_READ = 10_000


class BadSelection(BareError):
    """Raised for a body that does not say which flags it means, or means too many."""

    # Wire quirk: bulk-requests-refuse-barely, see docs/quirks.md.


@dataclass(frozen=True)
class Selection:
    """Flags by their ids, in this order, or without ids by what a list is asked for."""

    ids: tuple[int, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)


def selection_of(body: object) -> Selection:
    """Return which flags a body means that changes them: every part of it counts.

    :raises BadSelection: when it has not exactly one of `ids` and `filters`, or one is unusable.
    """
    members = body if isinstance(body, Mapping) else {}
    ids, filters = members.get("ids"), members.get("filters")
    if (ids is None) == (filters is None):
        raise BadSelection("Send either ids or filters.")
    if filters is None:
        return Selection(ids=_ids(ids))
    return Selection(parameters=_parameters(filters))


def readable_ids(body: object) -> tuple[list[int], dict[str, str]]:
    """Return the ids that a body lists, and a warning of what in the list is none.

    :raises BadSelection: when there is no list, or nothing in it is an id.
    """
    sent = body.get("ids") if isinstance(body, Mapping) else None
    if not isinstance(sent, list):
        raise BadSelection("ids must be a list of the ids of flags.")
    if len(sent) > MAX_READ:
        raise BadSelection(f"One request looks up at most {MAX_READ} flags. Send ids in parts.")
    ids = [int(text) for text in map(_spelled, sent) if is_id(text)]
    if sent and not ids:
        raise BadSelection("None of the ids is the id of a flag.")
    wrong = len(sent) - len(ids)
    return ids, {"warning": f"{wrong} of the ids are no numbers."} if wrong else {}


def check_number(number: int) -> None:
    """Check that one request may change so many flags.

    :raises BadSelection: when they are too many.
    """
    if number > MAX_SELECTED:
        raise BadSelection(
            f"These are {number} flags, and one request takes at most {MAX_SELECTED}. "
            "Narrow the filters, or send the ids in parts."
        )


def _ids(sent: object) -> tuple[int, ...]:
    if isinstance(sent, list) and len(sent) > MAX_READ:
        check_number(len(sent))
    texts = [_spelled(part) for part in sent] if isinstance(sent, list) else []
    if not texts or not all(map(is_id, texts)):
        raise BadSelection("ids must be a list of the ids of flags, and not an empty one.")
    ids = tuple(dict.fromkeys(map(int, texts)))
    check_number(len(ids))
    return ids


def _parameters(sent: object) -> Mapping[str, str]:
    # A list ignores what it does not know. Here that would be a change of every flag.
    if not isinstance(sent, Mapping) or not sent:
        raise BadSelection("filters must be an object with at least one filter.")
    if not sent.keys() <= _FILTERS.keys():
        raise BadSelection(f"The filters are {', '.join(_FILTERS)}. There is no other one.")
    parameters = {name: _parameter(value) for name, value in sent.items()}
    for name, text in parameters.items():
        if not _FILTERS[name].is_usable(text):
            raise BadSelection(f"The filter {name} must be {_FILTERS[name].wanted}.")
    if parameters.keys() == {"archived"} and parameters["archived"].lower() == "false":
        raise BadSelection("These are all flags that are not archived. Add a filter.")
    return parameters


def _parameter(value: object) -> str:
    """Return the value as a URL has it; what no URL can say is the empty text, which is no use."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(part, str | int) for part in value):
        return json.dumps(value)
    return _spelled(value)


def _spelled(value: object) -> str:
    is_spelled = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value) if is_spelled else ""


@dataclass(frozen=True)
class _Filter:
    """What a filter must be so that it says something."""

    is_usable: Callable[[str], bool]
    wanted: str


def _one_of(*words: str) -> Callable[[str], bool]:
    return lambda text: text.lower() in words


def _is_search(text: str) -> bool:
    return bool(text.strip()) and len(text) <= MAX_SEARCH_LENGTH


def _are_ids(text: str) -> bool:
    parts: Sequence[object] = text.split(",")
    if text.startswith("["):
        parts = json_list(text) or ()
    return bool(parts) and all(is_id(_spelled(part).strip()) for part in parts)


def _are_words(text: str) -> bool:
    parts = json_list(text) or ()
    return bool(parts) and all(isinstance(part, str) and part.strip() for part in parts)


_WORDS = _Filter(_are_words, 'a list of texts, such as ["a", "b"]')
_HAS_CONTEXTS = _Filter(_one_of("true", "1", "yes", "false", "0", "no"), "true or false")
_FILTERS = {
    "active": _Filter(_one_of("true", "false", "stale"), "true, false or STALE"),
    "created_by_id": _Filter(_are_ids, "the id of a user, or a list of them"),
    "key": _Filter(lambda text: bool(text.strip()), "the key of a flag"),
    "eligible_for_experiment": _Filter(_one_of("true"), "true"),
    "search": _Filter(_is_search, f"text of at most {MAX_SEARCH_LENGTH} characters"),
    "type": _Filter(TYPES.__contains__, f"one of {', '.join(TYPES)}"),
    "evaluation_runtime": _Filter(
        EvaluationRuntime.values.__contains__, f"one of {', '.join(EvaluationRuntime.values)}"
    ),
    "excluded_properties": _WORDS,
    "tags": _WORDS,
    "excluded_tags": _WORDS,
    "archived": _Filter(_one_of("true", "false"), "true or false"),
    "has_evaluation_contexts": _HAS_CONTEXTS,
    "has_evaluation_tags": _HAS_CONTEXTS,
}
