"""Making copies of databases and looking into them."""

import io
import sqlite3
from contextlib import closing

from django.core.management import call_command
from django.db import connections

from core.db.cache_versions import TABLE


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().strip()


def fetch(path):
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


def rows_here(alias="default"):
    connections[alias].ensure_connection()
    return list(connections[alias].connection.iterdump())


def unnamed(lines):
    """Return the rows without cache versions, which are new after every restoration."""
    return [line for line in lines if not line.startswith(f'INSERT INTO "{TABLE}"')]


def events_of(path):
    return path.with_name(f"{path.stem}-events.sqlite3")
