"""Locks that keep the order of events and merges; SQLite has one writer and needs none."""

from zlib import crc32

from django.db import connections

from events.routers import events_alias

_CAPTURE = crc32(b"experiments.events.capture") - 2**31
_MERGE = crc32(b"experiments.events.merge") - 2**31


def share_capture_lock(project_id: int) -> None:
    """Let readers of the newest event id wait for this transaction, and nobody else."""
    _advise("pg_advisory_xact_lock_shared", _CAPTURE, project_id)


def take_capture_lock(project_id: int) -> None:
    """Wait for all captures under way: ids below the newest one are committed then."""
    _advise("pg_advisory_xact_lock", _CAPTURE, project_id)


def share_merge_lock(project_id: int) -> None:
    """Wait for merges under way, and let later ones wait for this transaction."""
    _advise("pg_advisory_xact_lock_shared", _MERGE, project_id)


def take_merge_lock(project_id: int) -> None:
    """Merge the people of a project one transaction after the other."""
    _advise("pg_advisory_xact_lock", _MERGE, project_id)


def _advise(function: str, kind: int, project_id: int) -> None:
    connection = connections[events_alias()]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [kind, project_id % 2**31])
