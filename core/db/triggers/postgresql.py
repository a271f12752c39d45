"""Triggers that change cache versions in PostgreSQL.

They are deferred: they fire when the transaction commits. So the version row is the last thing that
a transaction locks, nobody waits long for it, and versions follow each other in the order in which
changes become visible.
"""

from collections.abc import Iterable

from django.db.backends.utils import CursorWrapper

from core.db.cache_versions import GLOBAL_SCOPE, TABLE, InvalidatingTable
from core.models import foreign_key

TRIGGER = "change_cache_version"
# One for each statement of each transaction. The triggers that fire at a commit share a statement,
# so that a change of a thousand rows writes the version once.
NEW_VERSION = "pg_current_xact_id()::text || '@' || statement_timestamp()"


def wanted(cursor: CursorWrapper, tables: Iterable[InvalidatingTable]) -> dict[str, str]:
    """Return the body of the trigger function of each table."""
    cursor.execute("SELECT quote_ident(current_schema())")
    [(schema,)] = cursor.fetchall()
    return {each.table: _body(each, schema) for each in tables}


def installed(cursor: CursorWrapper) -> dict[str, str]:
    """Return the bodies of the installed trigger functions, by table."""
    cursor.execute(
        "SELECT relname, prosrc FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " JOIN pg_proc ON pg_proc.oid = tgfoid"
        " WHERE tgname = %s AND pg_table_is_visible(tgrelid) AND tgenabled = 'O'",
        [TRIGGER],
    )
    return dict(cursor.fetchall())


def create(cursor: CursorWrapper, triggers: dict[str, str]) -> None:
    """Create these triggers."""
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


def _body(each: InvalidatingTable, schema: str) -> str:
    ignored = " ".join(f"NEW.{column} := OLD.{column};" for column in each.ignore)
    # Tables are named in full: who restores a dump has no search path. Nothing in it depends on a
    # type, so that columns can be altered below it.
    return f"""
BEGIN
  IF TG_OP = 'UPDATE' THEN
    {ignored}
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NULL; END IF;
  END IF;
  INSERT INTO {schema}.{TABLE} AS known (scope, version)
  SELECT scope, {NEW_VERSION} FROM ({_scopes(each, schema)}) AS changed
  WHERE scope IS NOT NULL ORDER BY scope
  ON CONFLICT (scope) DO UPDATE SET version = EXCLUDED.version
  WHERE known.version <> EXCLUDED.version;
  RETURN NULL;
END
"""


def _scopes(each: InvalidatingTable, schema: str) -> str:
    if each.through:
        link = foreign_key(each.model, each.through)
        return (
            f"SELECT DISTINCT project_id AS scope"
            f' FROM {schema}."{link.target_field.model._meta.db_table}"'
            f" WHERE id IN (NEW.{link.column}, OLD.{link.column})"
        )
    if each.project:
        column = foreign_key(each.model, each.project).column
        return f"SELECT NEW.{column} AS scope UNION SELECT OLD.{column}"
    return f"SELECT {GLOBAL_SCOPE} AS scope"
