"""Bulk deletion in short transactions."""

import time

from django.db import models

# A transaction deletes at most that many rows, and after it others have the database for a while.
PIECE = 1_000
_PAUSE_SECONDS = 0.01


def delete_in_pieces(rows: models.QuerySet[models.Model], *, most: int | None = None) -> int:
    """Delete these rows, or at most so many of them; return how many."""
    deleted = 0
    while True:
        size = PIECE if most is None else min(PIECE, most - deleted)
        ids = list(rows.values_list("pk", flat=True)[:size])
        if ids:
            rows.model._default_manager.filter(pk__in=ids).delete()  # noqa: SLF001
        deleted += len(ids)
        if len(ids) < PIECE:
            return deleted
        time.sleep(_PAUSE_SECONDS)
