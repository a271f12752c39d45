"""The WSGI entry point of the server as if it knew already who asks."""

from functools import cache

from experiments_api.wsgi import application
from projects import entrances

__all__ = ["application"]

# The one query that finds a key, its user, their membership and the project is made once for all.
entrances.find_entrance = cache(entrances.find_entrance)
