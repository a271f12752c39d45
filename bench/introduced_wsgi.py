"""The server that remembers no answers, as if it knew already who asks."""

from functools import cache

from bench.forgetful_wsgi import application
from projects import entrances

__all__ = ["application"]

# Found once, and never compared with a name again.
entrances.find_entrance = cache(entrances.find_entrance)
