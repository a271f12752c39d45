"""Cache of rendered list items; an item is reused while its rows are equal."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

import orjson
from cachetools import LRUCache
from django.conf import settings

from core.http.renderers import QuickJSONRenderer

Source = TypeVar("Source")

# Of the memory for answers, and what an entry takes beside its body: in times of it, and in bytes.
_PART, _SOURCE, _OVERHEAD = 4, 2, 1500


@dataclass(frozen=True)
class _Kept(Generic[Source]):
    source: Source
    fragment: orjson.Fragment
    size: int


class FragmentCache(Generic[Source]):
    """JSON texts by the ids of what they show, each with the rows that it was made from.

    A row that changed does not equal the one that was kept, so nothing need be invalidated, and
    one change renders one part of a list.
    """

    def __init__(self) -> None:
        self._kept: LRUCache[Hashable, _Kept[Source]] = LRUCache(
            max(settings.RESPONSE_CACHE_BYTES // _PART, 1), getsizeof=lambda kept: kept.size
        )
        self._lock = Lock()

    def get(self, key: Hashable, is_current: Callable[[Source], bool]) -> orjson.Fragment | None:
        """Return the text that is kept, if its source is current still."""
        with self._lock:
            kept = self._kept.get(key)
        return kept.fragment if kept is not None and is_current(kept.source) else None

    def render(self, key: Hashable, source: Source, shown: object) -> orjson.Fragment:
        """Render what is shown of a source, and keep it."""
        body = QuickJSONRenderer().render(shown)
        kept = _Kept(source, orjson.Fragment(body), len(body) * (1 + _SOURCE) + _OVERHEAD)
        if kept.size <= self._kept.maxsize:
            with self._lock:
                self._kept[key] = kept
        return kept.fragment
