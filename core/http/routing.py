"""Routes whose trailing slash is optional for every method, without a redirect."""

import re
from typing import cast

from django.urls import URLPattern, URLResolver, include, path, re_path
from rest_framework.routers import Route, SimpleRouter
from rest_framework.urlpatterns import format_suffix_patterns

# The literal word that a route begins with.
_FIRST_WORD = re.compile(r"^\^([\w-]*)")


class OptionalSlashRouter(SimpleRouter):
    """Registers viewsets; every route also answers without its slash and with `.json`."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        routes = format_suffix_patterns(super().get_urls())
        return by_first_word(cast("list[URLPattern]", routes))


class SingletonRouter(OptionalSlashRouter):
    """Registers viewsets of which a URL has one thing: it is read and replaced, not listed."""

    routes = [
        Route(
            url=r"^{prefix}{trailing_slash}$",
            mapping={"get": "retrieve", "put": "update"},
            name="{basename}",
            detail=True,
            initkwargs={},
        )
    ]


def by_first_word(patterns: list[URLPattern]) -> list[URLPattern | URLResolver]:
    """Return the same routes, below the literal word that each begins with.

    Django tries one route after the other, and most requests are for another word: they are done
    with all routes of this one by one comparison.
    """
    below: dict[str, list[URLPattern]] = {}
    for pattern in patterns:
        _, word, rest = _FIRST_WORD.split(str(pattern.pattern))
        name = str(pattern.name)
        route = re_path(f"^{rest}", pattern.callback, pattern.default_args, name)
        below.setdefault(word, []).append(route)
    return [path(word, include(routes)) for word, routes in below.items()]
