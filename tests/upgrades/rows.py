"""Everything that a database holds, to be compared."""

from collections.abc import Callable

Rows = dict[str, list[tuple[object, ...]]]
Ask = Callable[[str], list[tuple[object, ...]]]


def postgresql_rows(ask: Ask) -> Rows:
    """Return every row of every table of a PostgreSQL database, and its sequences."""
    tables = ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = {name: sorted(ask(f'TABLE "{name}"'), key=repr) for (name,) in tables}
    # Without them the next rows would take ids that are taken.
    sequences = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
    return rows | {"sequences": ask(sequences)}
