"""The server without its response cache: every read is rendered, as after a change in the project.

The authentication context is cached still.
"""

from experiments_api.wsgi import application

# isort: split
# The settings are there now.
from api.response_cache import CachedResponseMixin

__all__ = ["application"]

del CachedResponseMixin.dispatch
