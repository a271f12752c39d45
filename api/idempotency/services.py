"""Every write to idempotency keys."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, connection

from api.models import IdempotencyKey
from core.db.pieces import delete_in_pieces
from core.db.transactions import require_transaction
from core.exceptions import APIException, Conflict
from users.models import User

KEPT = timedelta(hours=24)
_LOCK_NOT_AVAILABLE = "55P03"


class KeyReused(APIException):
    """Raised for a key that stands for another request already."""

    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = (
        "This Idempotency-Key was sent with another request. Use a new key for a new request."
    )
    exception_type = "invalid_request"


class StillRunning(Conflict):
    """Raised for a repetition of a request that takes its time."""

    default_detail = "The first request with this Idempotency-Key is still running. Retry soon."
    wait = 1


@dataclass(frozen=True)
class Asked:
    """A request as far as it must be the same to be repeated."""

    user: User
    key: str
    method: str
    path: str
    query: str
    # The id of what `@current` in the path stands for; empty without one.
    current: str
    body: bytes

    @property
    def fingerprint(self) -> str:
        """Return what tells this request from others with its key."""
        parts = [f"{self.method} {self.path.rstrip('/')}", self.query, self.current]
        head = ("?".join(filter(None, parts)) + "\n").encode()
        return hashlib.sha256(head + self.body).hexdigest()


@dataclass(frozen=True)
class Answer:
    """How a request was answered."""

    status: int
    body: str
    content_type: str
    etag: str


def claim_key(*, asked: Asked, now: datetime) -> IdempotencyKey:
    """Take the key for the caller's transaction, or return it with the answer given before.

    While another transaction holds the key, this waits for its end.

    :raises KeyReused: when the key stands for another request.
    :raises StillRunning: when the wait takes too long.
    """
    require_transaction()
    keys = IdempotencyKey.objects.filter(user=asked.user, key=asked.key)
    fresh = IdempotencyKey(
        user=asked.user, key=asked.key, fingerprint=asked.fingerprint, created_at=now
    )
    with _waiting_a_little():
        keys.filter(created_at__lte=now - KEPT).delete()
        IdempotencyKey.objects.bulk_create([fresh], ignore_conflicts=True)
    claimed = keys.get()
    if claimed.fingerprint != asked.fingerprint:
        raise KeyReused
    return claimed


def keep_answer(*, claimed: IdempotencyKey, answer: Answer) -> None:
    """Keep the answer with the change that it tells of."""
    require_transaction()
    claimed.status = answer.status
    claimed.body = answer.body
    claimed.content_type = answer.content_type
    claimed.etag = answer.etag
    claimed.save(update_fields=["status", "body", "content_type", "etag"])


def forget_keys(*, now: datetime) -> int:
    """Delete the keys that need not be kept any longer, in pieces; return how many there were."""
    return delete_in_pieces(IdempotencyKey.objects.filter(created_at__lte=now - KEPT))


@contextmanager
def _waiting_a_little() -> Iterator[None]:
    if connection.vendor != "postgresql":
        # SQLite has one writer: whoever is here has waited already.
        yield
        return
    with connection.cursor() as cursor:
        limit = f"{settings.IDEMPOTENCY_WAIT_SECONDS}s"
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [limit])
        try:
            yield
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            raise StillRunning from None
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
