"""What a store of events can do, whichever database is behind it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from events.wire import CapturedEvent

Properties = dict[str, object]
# What else is to be stored of new events: people and groups.
Also = Callable[[Sequence[CapturedEvent]], None]


class StoredEvent(NamedTuple):
    """An event as it is exported; `ts` is microseconds since 1970, `properties` is JSON text."""

    key: bytes
    event: str
    distinct_id: str
    ts: int
    properties: str


class EventStore(Protocol):
    """Keeps the events of all projects. Every method raises `DatabaseError` when it cannot."""

    # Whether events change in one transaction with people.
    is_transactional: bool

    def add(self, project_id: int, events: Sequence[CapturedEvent], *, also: Also) -> int:
        """Store the events that are not there yet, each with a key of its own; return how many.

        `also` gets them. When it fails no event is stored, and what is stored survives a crash.
        """

    def newest(self, project_id: int) -> int:
        """Return a number that is another one after every change of the project's events."""

    def count(self, project_id: int) -> int:
        """Return how many events of a project there are."""

    def in_order(self, project_id: int) -> Iterator[StoredEvent]:
        """Iterate over the events of a project in the order in which they arrived."""

    def latest(self, project_id: int, event: str, limit: int) -> list[tuple[int, Properties]]:
        """Return time and properties of the newest events of a name."""

    def projects(self) -> Iterator[int]:
        """Iterate over the ids of the projects that have events."""

    def delete_of(self, project_id: int, actors: Sequence[int]) -> int:
        """Delete all events of these actors; return how many."""

    def delete_before(self, before: int) -> Mapping[int, int]:
        """Delete events that happened before a time; return how many, by project."""

    def delete_project(self, project_id: int, *, most: int | None = None) -> int:
        """Delete the events of a project, or about so many of them; return how many."""

    def prepare(self) -> None:
        """Make what migrations do not make; nothing that is there changes."""

    def answers(self) -> bool:
        """Tell whether it can be asked now."""
