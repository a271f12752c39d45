"""Narrowing a list by the tags that a URL names."""

from django.db.models import Q

from core.exceptions import RuleBroken
from core.http.query_text import json_list, searchable
from tags.querysets import HasAnyTag


def has_tag(text: str) -> Q:
    """Return the condition that a row has one of the tags that `tags` lists; none lists all.

    :raises RuleBroken: when it is no JSON list.
    """
    tags = _listed(text, "tags")
    return Q() if tags is None else Q(HasAnyTag(tags))


def has_no_tag(text: str) -> Q:
    """Return the condition that a row has none of the tags that `excluded_tags` lists.

    :raises RuleBroken: when it is no JSON list.
    """
    tags = _listed(text, "excluded_tags")
    return Q() if tags is None else ~Q(HasAnyTag(tags))


def _listed(text: str, name: str) -> list[str] | None:
    """Return the tags that a URL lists, as they are kept; None for an empty list."""
    found = json_list(text)
    if found is None:
        raise RuleBroken(f'{name} must be a JSON list, such as ["a", "b"].')
    tags = [searchable(tag).strip().lower() for tag in found if isinstance(tag, str)]
    return tags if found else None
