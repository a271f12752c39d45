"""The cache of results: computed once however many ask, and never older than the events."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import cast

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from core.exceptions import APIException
from core.ops.request_turns import giving_way
from events.facts import Watermark, facts_engine
from results.models import StoredResult
from results.services.claims import Claim, claim_result

Document = dict[str, object]

# For how long results are kept.
LIFETIME = timedelta(hours=24)
_POLL_SECONDS = 0.05
# How many results a process computes at once, and how many requests may wait for them.
_places = BoundedSemaphore(2)
_waiting = BoundedSemaphore(20)


class AtCapacity(APIException):
    """A 503: the same result is being computed for longer than anybody waits."""

    status_code = 503
    default_code = "query_at_capacity"
    default_detail = "This result is still being computed. Ask again in a moment."
    wait = 5


@dataclass(frozen=True, slots=True)
class CachedResult:
    """A result, when it was computed, and whether somebody had computed it before."""

    key: str
    document: Document
    computed_at: datetime
    is_cached: bool


@dataclass(frozen=True, slots=True)
class CacheKey:
    """What a result depends on: its digest, and in `basis` the newest event that it contains.

    `lifetime` says for how long it is valid when no event arrives.
    """

    project_id: int
    digest: str
    basis: Watermark
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class Computed:
    """A document, and how far the events had come when computing it began."""

    document: Document
    basis: Watermark


def digest_of(*parts: object) -> str:
    """Return a hash of everything that a result depends on but for events."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def find_result(key: CacheKey, *, now: datetime) -> CachedResult | None:
    """Return the cached result, if it is as new as the events."""
    row = _fresh(key, now)
    return None if row is None else _cached(row, is_cached=True)


def get_or_compute(
    key: CacheKey, compute: Callable[[], Computed], *, is_forced: bool = False
) -> CachedResult:
    """Return the cached result, or compute it; whoever asks meanwhile waits for that.

    :raises AtCapacity: when somebody else computes for longer than a statement may take.
    """
    # Whoever insists takes a result that was computed since they asked.
    since = timezone.now() if is_forced else None
    deadline = time.monotonic() + settings.RESULTS_STATEMENT_SECONDS
    while True:
        known = _known(key, since)
        if known is not None:
            return known
        claim = claim_result(project_id=key.project_id, digest=key.digest, now=timezone.now())
        if claim is not None:
            return _claimed(key, compute, claim, since)
        if time.monotonic() > deadline:
            raise AtCapacity
        with giving_way():
            time.sleep(_POLL_SECONDS)


def delete_old_results(*, now: datetime) -> int:
    """Delete the results that nobody will be given any more; return how many."""
    idle = StoredResult.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
    old = idle.filter(
        Q(computed_at__lt=now - LIFETIME) | Q(computed_at=None, claimed_until__lt=now - LIFETIME)
    )
    return old.delete()[0]


def _fresh(key: CacheKey, now: datetime) -> StoredResult | None:
    row = StoredResult.objects.filter(
        project_id=key.project_id, digest=key.digest, computed_at__gt=now - key.lifetime
    ).first()
    if row is None:
        return None
    # Events may have arrived since this was asked, and be in it already.
    reached = Watermark(*map(int, row.basis.split("/")))
    return row if facts_engine().contains(reached, key.basis) else None


def _known(key: CacheKey, since: datetime | None) -> CachedResult | None:
    row = _fresh(key, timezone.now())
    if row is None or (since is not None and _moment(row) < since):
        return None
    return _cached(row, is_cached=since is None)


def _claimed(
    key: CacheKey, compute: Callable[[], Computed], claim: Claim, since: datetime | None
) -> CachedResult:
    # Somebody may have stored it between our look and our claim.
    known = _known(key, since)
    if known is None:
        return _computed(key, compute, claim)
    claim.give_up()
    return known


def _computed(key: CacheKey, compute: Callable[[], Computed], claim: Claim) -> CachedResult:
    with claim.kept():
        try:
            with _limited(), giving_way():
                since = timezone.now()
                found = compute()
        except BaseException:
            claim.give_up()
            raise
        now, body = timezone.now(), json.dumps(found.document)
        basis = f"{found.basis.event}/{found.basis.merge}"
        claim.store(since=since, body=body, basis=basis, computed_at=now)
    return CachedResult(key.digest, json.loads(body), now, is_cached=False)


@contextmanager
def _limited() -> Iterator[None]:
    """Hold one of the places to compute; more at once would only make each of them slower.

    :raises AtCapacity: when so many wait for one that other requests would have no thread left.
    """
    if not _waiting.acquire(blocking=False):
        raise AtCapacity("Too many results are being computed. Ask again in a moment.")
    try:
        with giving_way():
            _places.acquire()
        try:
            yield
        finally:
            _places.release()
    finally:
        _waiting.release()


def _cached(row: StoredResult, *, is_cached: bool) -> CachedResult:
    return CachedResult(row.digest, json.loads(row.body), _moment(row), is_cached)


def _moment(row: StoredResult) -> datetime:
    """Return when a row was computed that has a result."""
    return cast("datetime", row.computed_at)
