"""Naming states in PostgreSQL.

The triggers are deferred: they fire when the transaction commits. So the name is the last thing
that a transaction locks and nobody waits long for it, and names follow each other in the order in
which the changes become visible.
"""

from collections.abc import Iterable

from django.db.backends.utils import CursorWrapper

from core.revisions import EVERYWHERE, TABLE, Watched

TRIGGER = "names_the_state"
# One for each statement of each transaction. The triggers that fire at a commit share a statement,
# so that a change of a thousand rows writes the name once.
NEW_NAME = "pg_current_xact_id()::text || '@' || statement_timestamp()"


def wanted(cursor: CursorWrapper, watched: Iterable[Watched]) -> dict[str, str]:
    """Return what the trigger of each of these tables shall do."""
    cursor.execute("SELECT quote_ident(current_schema())")
    [(schema,)] = cursor.fetchall()
    return {each.table: _body(each, schema) for each in watched}


def installed(cursor: CursorWrapper) -> dict[str, str]:
    """Return what the triggers that there are do, by table."""
    cursor.execute(
        "SELECT relname, prosrc FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " JOIN pg_proc ON pg_proc.oid = tgfoid"
        " WHERE tgname = %s AND pg_table_is_visible(tgrelid) AND tgenabled = 'O'",
        [TRIGGER],
    )
    return dict(cursor.fetchall())


def create(cursor: CursorWrapper, triggers: dict[str, str]) -> None:
    """Make these triggers."""
    for table, body in triggers.items():
        function = f"{TRIGGER}_of_{table}"
        cursor.execute(
            f'CREATE FUNCTION "{function}"() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$'
        )
        cursor.execute(
            f'CREATE CONSTRAINT TRIGGER {TRIGGER} AFTER INSERT OR UPDATE OR DELETE ON "{table}"'
            f' DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "{function}"()'
        )


def drop(cursor: CursorWrapper) -> None:
    """Drop all triggers."""
    cursor.execute(
        "SELECT oid::regprocedure FROM pg_proc"
        " WHERE starts_with(proname, %s) AND pg_function_is_visible(oid)",
        [f"{TRIGGER}_of_"],
    )
    for (function,) in cursor.fetchall():
        cursor.execute(f"DROP FUNCTION {function} CASCADE")


def _body(each: Watched, schema: str) -> str:
    unnoticed = " ".join(f"NEW.{column} := OLD.{column};" for column in each.unnoticed)
    # Tables are named in full: who restores a dump has no search path. Nothing in it depends on a
    # type, so that columns can be altered below it.
    return f"""
BEGIN
  IF TG_OP = 'UPDATE' THEN
    {unnoticed}
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NULL; END IF;
  END IF;
  INSERT INTO {schema}.{TABLE} AS known (scope, name)
  SELECT scope, {NEW_NAME} FROM ({_scopes(each, schema)}) AS changed
  WHERE scope IS NOT NULL ORDER BY scope
  ON CONFLICT (scope) DO UPDATE SET name = EXCLUDED.name WHERE known.name <> EXCLUDED.name;
  RETURN NULL;
END
"""


def _scopes(each: Watched, schema: str) -> str:
    fields = each.model._meta
    if each.through:
        link = fields.get_field(each.through)
        return (
            f"SELECT DISTINCT project_id AS scope"
            f' FROM {schema}."{link.related_model._meta.db_table}"'
            f" WHERE id IN (NEW.{link.column}, OLD.{link.column})"
        )
    if each.project:
        column = fields.get_field(each.project).column
        return f"SELECT NEW.{column} AS scope UNION SELECT OLD.{column}"
    return f"SELECT {EVERYWHERE} AS scope"
