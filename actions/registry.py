"""Apps above whose objects are defined by actions, and say which ones are by one of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from tenants.access import Access
from users.models import User


@dataclass(frozen=True)
class Reference:
    """An object that is defined by an action; `url` is its page in the console, or empty."""

    type: str
    id: str
    name: str
    url: str
    created_at: datetime
    created_by: User | None


# Takes the caller's access and the id of an action; gives what the caller may know of.
Finder = Callable[[Access, int], Iterable[Reference]]

_finders: list[Finder] = []


def refers_to_actions(finder: Finder) -> Finder:
    """Register a function that finds what is defined by an action; when the app is ready."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def references_to(*, access: Access, action_id: int) -> list[Reference]:
    """Return everything that is defined by the action and that the caller may know of."""
    return [found for finder in _finders for found in finder(access, action_id)]
