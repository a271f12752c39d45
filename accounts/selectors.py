"""Looking up the keys of a user."""

from django.db.models import QuerySet

from core import preconditions
from core.exceptions import NotFound
from core.transactions import require_transaction
from users.models import PersonalAPIKey, User


def list_keys(*, user: User) -> QuerySet[PersonalAPIKey]:
    """Return the user's keys, the newest first."""
    return PersonalAPIKey.objects.filter(user=user).order_by("-created_at", "-id")


def lock_key(*, user: User, key_id: str) -> PersonalAPIKey:
    """Lock a key of the user and return it as it is now.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises NotFound: when the user has no such key (any more).
    """
    require_transaction()
    key = list_keys(user=user).select_for_update().filter(pk=key_id).first()
    if key is None:
        raise NotFound
    preconditions.check(key)
    return key
