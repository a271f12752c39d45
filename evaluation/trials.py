"""Parses what a URL or a body says about a person, strictly."""

from collections.abc import Mapping

from django.http import QueryDict

from core.exceptions import ParseError, RuleBroken
from core.http.parsers import parse_json
from core.http.query_text import searchable
from evaluation.flag_requests import MAX_ENTRIES


def required_distinct_id(query: Mapping[str, str]) -> str:
    """Return whom a URL asks about.

    :raises RuleBroken: when it says nothing of it.
    """
    return _required(query, "distinct_id")


def required_person_id(query: Mapping[str, str]) -> str:
    """Return the id of the person whom a URL asks about.

    :raises RuleBroken: when it says nothing of it.
    """
    return _required(query, "person_id")


def asked_groups(query: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of the groups that a URL names, by the name of their type.

    :raises RuleBroken: when they are no JSON object of texts.
    """
    found = _json(query.get("groups") or "{}", attr="groups")
    if not isinstance(found, dict):
        raise RuleBroken("Groups are a JSON object.", attr="groups")
    if not all(isinstance(key, str | int) and not isinstance(key, bool) for key in found.values()):
        raise RuleBroken("The keys of groups are texts.", attr="groups")
    return {name: str(key) for name, key in found.items()}


def asked_keys(query: QueryDict) -> list[str] | None:
    """Return the keys of the flags that a URL names, once each or as JSON; None for all flags.

    :raises RuleBroken: when they are no texts.
    """
    named = query.getlist("flag_keys")
    if not named:
        return None
    keys: list[object] = []
    for text in named:
        found = _json(text, attr="flag_keys") if text.lstrip().startswith("[") else [text]
        keys += found if isinstance(found, list) else [None]
    if len(keys) > MAX_ENTRIES or not all(isinstance(key, str) for key in keys):
        raise RuleBroken("The keys of flags are texts.", attr="flag_keys")
    return [searchable(str(key)) for key in keys]


def _required(query: Mapping[str, str], name: str) -> str:
    found = query.get(name, "")
    if not found:
        raise RuleBroken("Say whom it is about.", attr=name, code="required")
    return found


def _json(text: str, *, attr: str) -> object:
    try:
        return parse_json(text)
    except ParseError:
        raise RuleBroken("This is no JSON.", attr=attr) from None
