"""Locking the row that a request changes."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from core import preconditions
from core.db.transactions import require_transaction
from core.exceptions import NotFound

M = TypeVar("M", bound=Model)


def lock_row(rows: QuerySet[M], pk: object) -> M:
    """Lock one of these rows, and none that is joined to it, and return it as it is now.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises NotFound: when none of them has this primary key (any more).
    """
    require_transaction()
    row = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotFound
    preconditions.check(row)
    return row
