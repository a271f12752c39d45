"""Looking up keys and profiles."""

from accounts.selectors.logins import (
    describe_server,
    describe_server_to_users,
    get_any_key,
    list_all_keys,
    list_keys,
    lock_key,
    lock_user_of_code,
    make_login_code,
)
from accounts.selectors.profiles import (
    Place,
    list_users,
    lock_user,
    organizations_of,
    own_row,
    place_of,
    preferences_of,
    prefetch_places,
)

__all__ = [
    "Place",
    "describe_server",
    "describe_server_to_users",
    "get_any_key",
    "list_all_keys",
    "list_keys",
    "list_users",
    "lock_key",
    "lock_user",
    "lock_user_of_code",
    "make_login_code",
    "organizations_of",
    "own_row",
    "place_of",
    "preferences_of",
    "prefetch_places",
]
