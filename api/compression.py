"""Compressed lists, for callers who can read gzip.

How long a compressed answer is tells what in it repeats. Where somebody else's words and a secret
stand in one answer, and those words can be tried over and over, the lengths give the secret away.
So an answer is compressed only if all of these hold:

- it is a list of a resource that shows no secret and nothing that visitors have written: its
  viewset says so with `compresses_lists`;
- the caller sent a key in the Authorization header, which no page of another site can make a
  browser do; a session's cookies travel by themselves.
"""

import zlib
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

from cachetools import LRUCache
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase

from api.authentication import bearer_value

if TYPE_CHECKING:
    from rest_framework.viewsets import GenericViewSet

    _View = GenericViewSet[Any]
else:
    _View = object

# Less than this fits into one packet anyway, in bytes.
_WORTH = 1400
# The fastest: four times smaller, and the next levels gain a tenth for twice the time.
_LEVEL = 1
_GZIP_FORMAT = 16 + zlib.MAX_WBITS

# Compressed bodies by their ETags, which are hashes of the bodies: a cached response is
# compressed once.
_bodies: LRUCache[str, bytes] = LRUCache(max(settings.RESPONSE_CACHE_BYTES // 8, 1), getsizeof=len)
_lock = Lock()


class CompressedListMixin(_View):
    # No docstring: it would become the published description of the resource.

    # Whether the lists hold no secret, neither in a field nor in a document.
    compresses_lists: ClassVar[bool] = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if not self.compresses_lists or self.action_map.get("get") != "list":
            return response
        if request.method not in ("GET", "HEAD"):
            return response
        # Whoever did not ask for gzip must not be given what was kept for one who did.
        headers = response.headers
        varying = headers.get("Vary")
        headers["Vary"] = f"{varying}, Accept-Encoding" if varying else "Accept-Encoding"
        if request.method == "GET" and response.status_code == 200 and _is_wanted(request):
            _compress(response)
        return response


def _is_wanted(request: HttpRequest) -> bool:
    accepted = request.META.get("HTTP_ACCEPT_ENCODING")
    if not accepted or "gzip" not in accepted:
        return False
    return _takes_gzip(accepted) and bearer_value(request) is not None


def _takes_gzip(header: str) -> bool:
    for part in header.split(","):
        name, _, weight = part.partition(";")
        if name.strip().lower() == "gzip":
            return weight.replace(" ", "").lower() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _compress(response: HttpResponseBase) -> None:
    if not isinstance(response, HttpResponse) or len(response.content) < _WORTH:
        return
    etag = response.headers.get("ETag")
    if etag is None:
        return
    with _lock:
        body = _bodies.get(etag)
    if body is None:
        body = _compressed(response.content)
        if len(body) <= _bodies.maxsize:
            with _lock:
                _bodies[etag] = body
    response.content = body
    response.headers["Content-Encoding"] = "gzip"
    # The bytes are others, what they say is the same.
    response.headers["ETag"] = f"W/{etag}"


def _compressed(body: bytes) -> bytes:
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_FORMAT)
    return compressor.compress(body) + compressor.flush()
