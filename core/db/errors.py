"""Classifies database errors: in conflict with others, worth repeating, or database away."""

import sqlite3

from django.db import DatabaseError, Error, InterfaceError, OperationalError

from core.exceptions import APIException, Conflict, DatabaseUnavailable

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_DEADLOCK, _SERIALIZATION = "40P01", "40001"
_LOCK_TIMEOUT = "55P03"
_MISSING_REFERENCE = "23503"
# Of a prepared statement, after somebody has changed the schema or thrown the plans away.
_OUTDATED_PLAN, _UNKNOWN_PLAN = "0A000", "26000"
_DISK_FULL, _READ_ONLY, _IDLE_IN_TRANSACTION = "53100", "25006", "25P03"
# Connections, resources, an operator's hand or a statement's time, the system around the server.
_UNAVAILABLE_CLASSES = ("08", "53", "57", "58")

# https://www.sqlite.org/rescode.html
_SQLITE_CANNOT_WRITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY}
_SQLITE_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PROTOCOL,
}
_PRIMARY_CODE = 0xFF

_CANNOT_WRITE = "The database cannot keep anything now: it is full or read-only."
# Nobody repairs a disk within a second.
_REPAIR_SECONDS = 30


class Busy(Conflict):
    """Raised when others change the same things for so long that the database gave up."""

    default_detail = "Others are changing the same things. Nothing was changed; try again."
    wait = 1


def is_collision(error: Exception) -> bool:
    """Tell whether the database undid the transaction in favour of another one."""
    return isinstance(error, DatabaseError) and _sqlstate(error) in (_DEADLOCK, _SERIALIZATION)


def is_worth_repeating(error: Exception) -> bool:
    """Tell whether the transaction was undone by no fault of its own, and may succeed now."""
    return is_collision(error) or _is_outdated(error)


def is_waiting_for_a_writer(error: OperationalError) -> bool:
    """Tell whether SQLite refuses because somebody else writes now."""
    return _sqlite_code(error) == sqlite3.SQLITE_BUSY


def refusal_for(error: Exception) -> APIException | None:
    """Return what to answer when the database is away or others are in the way.

    None for anything else, such as a missing table: that is our mistake.
    """
    if not isinstance(error, Error):
        return None
    if is_collision(error) or _sqlstate(error) == _LOCK_TIMEOUT or _is_reference_gone(error):
        return Busy()
    if _is_outdated(error):
        return DatabaseUnavailable("The database is being changed. Nothing was done; try again.")
    if _cannot_write(error):
        return DatabaseUnavailable(_CANNOT_WRITE, wait=_REPAIR_SECONDS)
    return DatabaseUnavailable() if _is_unavailable(error) else None


def _is_reference_gone(error: Error) -> bool:
    # What a new row refers to was there when it was looked up, and is not at the commit.
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return _sqlstate(error) == _MISSING_REFERENCE or code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY


def _is_outdated(error: Exception) -> bool:
    if not isinstance(error, DatabaseError):
        return False
    state = _sqlstate(error)
    return state == _UNKNOWN_PLAN or (state == _OUTDATED_PLAN and "cached plan" in str(error))


def _cannot_write(error: Error) -> bool:
    return (
        _sqlstate(error) in (_DISK_FULL, _READ_ONLY) or _sqlite_code(error) in _SQLITE_CANNOT_WRITE
    )


def _is_unavailable(error: Error) -> bool:
    sqlstate, sqlite_code = _sqlstate(error), _sqlite_code(error)
    if sqlstate is not None:
        return sqlstate == _IDLE_IN_TRANSACTION or sqlstate.startswith(_UNAVAILABLE_CLASSES)
    if sqlite_code is not None:
        return sqlite_code in _SQLITE_UNAVAILABLE
    # A connection that breaks, or is never made, has no code.
    return isinstance(error, OperationalError | InterfaceError)


def _sqlstate(error: Error) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


def _sqlite_code(error: Error) -> int | None:
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return None if code is None else code & _PRIMARY_CODE
