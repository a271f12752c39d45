"""What results ask of facts; a table of them and a subquery in ClickHouse both answer it."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from events.facts.definitions import SourceDefinition


class Watermark(NamedTuple):
    """How far the events and the merges of a project have come; results differ only with it."""

    event: int
    merge: int


class StatementTookTooLong(Exception):
    """A statement needed more time, or memory, than it may take."""


class ReadyFacts(Protocol):
    """Facts of some sources, up to the events of now."""

    ids: Sequence[int]
    # Whether the facts of one person are found by an index, not by reading all of a source.
    is_indexed: bool

    def rows(self, text: str, *, seconds: int) -> list[tuple[Any, ...]]:
        """Return the rows of a statement over the table of facts.

        :raises StatementTookTooLong: when it takes longer than so many seconds.
        """

    def stored(
        self, parts: Sequence[tuple[str, str]], *, seconds: int
    ) -> AbstractContextManager[str]:
        """Keep the last of these named parts of a statement; return the name of its table.

        The name is empty where a table would not make statements faster.

        :raises StatementTookTooLong: when it takes longer than so many seconds.
        """

    def texts(
        self, source: int, name: str, numbers: Collection[int], *, seconds: int
    ) -> dict[int, str]:
        """Return the texts of a property that have these numbers as values of a source.

        :raises StatementTookTooLong: when it takes longer than so many seconds.
        """

    def count(self, *, seconds: int) -> int:
        """Return how many facts the sources have.

        :raises StatementTookTooLong: when it takes longer than so many seconds.
        """

    def were_whole(self) -> bool:
        """Tell whether no fact was missing whenever they were read until now.

        Some are while all facts of a source are derived anew: what was read then is wrong.
        """


class FactsEngine(Protocol):
    """Derives facts from events."""

    # What `keep_up` and `rebuild` count, for people to read.
    counted: str
    # Whether filters on cohorts tell who is in them.
    reads_cohorts: bool

    def watermark(self, project_id: int) -> Watermark:
        """Return how far a project has come.

        :raises StatementTookTooLong: when the store does not tell in time.
        """

    def contains(self, reached: Watermark, wanted: Watermark) -> bool:
        """Tell whether whoever has come to the one watermark has everything up to the other."""

    def ready(self, project_id: int, definitions: Sequence[SourceDefinition]) -> ReadyFacts:
        """Return the facts of these sources, their ids in the same order.

        :raises StatementTookTooLong: when what they need of people is not copied in time.
        """

    def keep_up(self, *, now: datetime) -> int:
        """Do ahead of time what `ready` would have to do; return for how many it was done.

        What fails does not keep the others from it, and is raised after them.
        """

    def follow(self, project_id: int) -> None:
        """Bring every source of a project up to the events and merges of now."""

    def newest_merge_seen(self, project_id: int) -> int:
        """Return up to which merge of a project everything that is derived follows its log."""

    def rebuild(self, project_id: int | None) -> int:
        """Forget what was derived for a project, or for all; derive it again; return how many."""

    def delete_before(self, before: int) -> set[int]:
        """Delete the facts of events that happened before a time in microseconds.

        Return the projects that had such facts.
        """

    def keep_only(self, projects: Callable[[], Collection[int]]) -> None:
        """Delete what was derived for other projects than these, which are asked for at the end."""
