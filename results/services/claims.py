"""Claims to compute a result: others wait meanwhile, however long it takes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.models import Q, QuerySet
from django.utils import timezone

from results.models import StoredResult

_logger = logging.getLogger(__name__)


class Claim:
    """The right to compute a stored result; it outlasts its holder's process by two statements."""

    def __init__(self, rows: QuerySet[StoredResult], until: datetime) -> None:
        self._rows, self._until = rows, until
        self._is_over, self._lock = Event(), Lock()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the claim by a thread of its own: a statement of ours may hide what we write."""
        Thread(target=self._keep, daemon=True).start()
        try:
            yield
        finally:
            self._is_over.set()

    def store(self, *, since: datetime, **columns: object) -> None:
        """Store what was computed since a moment, unless somebody else has something newer."""
        self._end()
        # Whoever took it over, since it was not kept, is left to go on.
        if not self._ours().update(**columns, claimed_until=None):
            self._rows.filter(Q(computed_at=None) | Q(computed_at__lt=since)).update(**columns)

    def give_up(self) -> None:
        """Let others have it; nothing was computed."""
        self._end()
        self._ours().filter(computed_at=None).delete()
        self._ours().update(claimed_until=None)

    def _ours(self) -> QuerySet[StoredResult]:
        return self._rows.filter(claimed_until=self._until)

    def _end(self) -> None:
        # Not while it is being renewed: until when it lasts is known then.
        with self._lock:
            self._is_over.set()

    def _keep(self) -> None:
        while not self._is_over.wait(max(settings.RESULTS_STATEMENT_SECONDS / 2, 1)):
            try:
                self._renew()
            except DatabaseError:
                _logger.warning("A claim to compute a result could not be renewed.", exc_info=True)
            finally:
                connections.close_all()

    def _renew(self) -> None:
        with self._lock:
            until = claimed_until(timezone.now())
            if not self._is_over.is_set() and self._ours().update(claimed_until=until):
                self._until = until


def claim_result(*, project_id: int, digest: str, now: datetime) -> Claim | None:
    """Take it upon oneself to compute a result; None when somebody else does."""
    until = claimed_until(now)
    rows = StoredResult.objects.filter(project_id=project_id, digest=digest)
    if rows.filter(Q(claimed_until=None) | Q(claimed_until__lt=now)).update(claimed_until=until):
        return Claim(rows, until)
    row = StoredResult(project_id=project_id, digest=digest, claimed_until=until)
    made = StoredResult.objects.bulk_create([row], ignore_conflicts=True)
    is_ours = made and rows.filter(claimed_until=until).exists()
    return Claim(rows, until) if is_ours else None


def claimed_until(now: datetime) -> datetime:
    """Return until when a claim lasts that nobody renews."""
    return now + timedelta(seconds=2 * settings.RESULTS_STATEMENT_SECONDS)
