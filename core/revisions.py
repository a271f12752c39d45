"""Names for states of the rows: what was read under a name stays true while the name stands.

The database itself gives a project another name in every transaction that changes one of its rows
(`core.triggers`). Whoever remembers something asks for the names before reading it, keeps it under
these names, and uses it only while they are still the current ones. A name never comes back,
unless the rows do, with a backup or a rollback.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import Error
from django.db.models import Model

from core.models import Revision
from core.prepared import Prepared, rows_of

# What is in no project, or says who may enter one: people, their keys, memberships, projects.
EVERYWHERE = 0
TABLE = Revision._meta.db_table  # noqa: SLF001

_QUESTION = f"SELECT scope, name FROM {TABLE} WHERE scope IN ({EVERYWHERE}, %s)"  # noqa: S608

M = TypeVar("M", bound=type[Model])
Names = tuple[str, str]


@dataclass(frozen=True)
class Watched:
    """A table whose rows have a part in a state, and how a row says in which one."""

    model: type[Model]
    # The foreign key to the project; without it, and without the next one, rows count everywhere.
    project: str = ""
    # The foreign key to a row that has a foreign key `project`.
    through: str = ""
    # Fields that nothing remembered depends on.
    unnoticed: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return self.model._meta.db_table  # noqa: SLF001


_watched: list[Watched] = []


def watched(
    *, project: str = "", through: str = "", unnoticed: tuple[str, ...] = ()
) -> Callable[[M], M]:
    """Give states other names when rows of this model change."""

    def mark(model: M) -> M:
        _watched.append(Watched(model, project, through, unnoticed))
        return model

    return mark


def watched_tables() -> list[Watched]:
    """Return every table that has a part in a state."""
    return [*_watched]


def current_names(*, project_id: int) -> Names | None:
    """Return the names of the states of a project and of everything outside of projects.

    None when there are none, or the database does not tell: then nothing may be remembered.
    """
    try:
        names = dict(rows_of(_QUESTION, (project_id,)))
    except Error:
        # Whoever asks next for what is wanted itself tells why it cannot be had.
        return None
    # A project in which nothing has changed since there are names has none of its own.
    return (names.get(project_id, ""), names[EVERYWHERE]) if EVERYWHERE in names else None


def seek_name_of_everywhere() -> Callable[[], str | None]:
    """Ask for the name of the state of everything outside of projects with whatever is asked next.

    Whoever calls what is returned gets to know it; None when there is none.
    """
    found = _OF_EVERYWHERE.ask_along()
    return lambda: next((state.name for state in found()), None)


_OF_EVERYWHERE = Prepared(lambda: Revision.objects.filter(scope=EVERYWHERE))
