"""Narrowing the list of saved metrics by what a URL asks for."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from actions.selectors import actions_about
from core.db.folding import contains
from core.exceptions import RuleBroken
from core.http.query_text import searchable
from saved_metrics.models import SavedMetric
from saved_metrics.querysets import is_about
from tags.querysets import HasTagLike
from tenants.access import Access

MAX_WORDS = 20


def listed(*, access: Access, parameters: Mapping[str, str]) -> QuerySet[SavedMetric]:
    """Return the project's saved metrics that the parameters of a URL ask for.

    :raises RuleBroken: for a search for too many words.
    """
    metrics = SavedMetric.objects.filter(project=access.project)
    if event := searchable(parameters.get("event", "")):
        actions = actions_about(access=access, event=event)
        metrics = metrics.filter(is_about("query", event, actions=actions))
    for word in _words(searchable(parameters.get("search", ""))):
        named = contains("name", word) | contains("description", word)
        metrics = metrics.filter(named | Q(HasTagLike(word)))
    return metrics


def _words(search: str) -> list[str]:
    words = list(dict.fromkeys(search.replace(",", " ").split()))
    if len(words) > MAX_WORDS:
        raise RuleBroken(f"Search for at most {MAX_WORDS} words.", attr="search")
    return words
