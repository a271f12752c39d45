"""The server that remembers no answers."""

from experiments_api.wsgi import application
from projects.remembering import RememberingMixin

__all__ = ["application"]

# Reads go the long way, as after a change in the project; who asks is still known then.
del RememberingMixin.dispatch
