"""The server without its response cache, and with an authentication context that costs nothing."""

from functools import cache

from bench.cold_cache_wsgi import application

# isort: split
# The settings are there now.
from api import viewsets
from api.auth_context import load_auth_context

__all__ = ["application"]

# Loaded once, and never compared with a cache version again.
viewsets.load_auth_context = cache(load_auth_context)  # type: ignore[assignment]
