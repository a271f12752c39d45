"""Looking up keys."""

from users.models import PersonalAPIKey
from users.tokens import hashed


def find_key(*, value: str) -> PersonalAPIKey | None:
    """Return the key with this value together with its user, if that user is active."""
    return (
        PersonalAPIKey.objects.select_related("user", "user__current_project")
        .filter(secure_value=hashed(value), user__is_active=True)
        .first()
    )
