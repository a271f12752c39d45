"""How much is stored of one person or one group."""

from collections.abc import Mapping

# More names of properties are not stored.
MAX_PROPERTIES = 1_000


def limited(stored: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    """Return the stored properties with these changes; new names beyond the limit are left out."""
    after = dict(stored)
    for name, value in changes.items():
        if name in after or len(after) < MAX_PROPERTIES:
            after[name] = value
    return after
