"""Routes whose trailing slash is optional for every method, without a redirect."""

from django.urls import URLPattern, URLResolver
from rest_framework.routers import Route, SimpleRouter
from rest_framework.urlpatterns import format_suffix_patterns


class OptionalSlashRouter(SimpleRouter):
    """Registers viewsets; every route also answers without its slash and with `.json`."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return format_suffix_patterns(super().get_urls())


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
