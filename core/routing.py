"""Routes whose trailing slash is optional for every method, without a redirect."""

from django.urls import URLPattern
from rest_framework.routers import SimpleRouter
from rest_framework.urlpatterns import format_suffix_patterns


class OptionalSlashRouter(SimpleRouter):
    """Registers viewsets; every route also answers without its slash and with `.json`."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"

    def get_urls(self) -> list[URLPattern]:
        return format_suffix_patterns(super().get_urls())
