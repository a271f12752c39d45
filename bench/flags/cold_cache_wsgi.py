"""The server that puts definitions together for every request, as after a change."""

from django.conf import settings

from experiments_api.wsgi import application

__all__ = ["application"]

settings.RESPONSE_CACHE_BYTES = 0
