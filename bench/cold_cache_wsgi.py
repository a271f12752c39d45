"""The server that remembers no answers."""

from api.response_cache import CachedResponseMixin
from experiments_api.wsgi import application

__all__ = ["application"]

# Reads go the long way, as after a change in the project; who asks is still known then.
del CachedResponseMixin.dispatch
