"""What a restoration means to a server that runs meanwhile."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.db import connection

from core.db.cache_versions import TABLE
from tests.upgrades.copies import run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _only_sqlite(db):
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")


def test_restore__any__names_of_states_that_nobody_has_seen(copy, elsewhere):
    named = f"SELECT scope, version FROM {TABLE}"  # noqa: S608
    run("restore", str(copy))
    with closing(sqlite3.connect(copy)) as backup, closing(sqlite3.connect(elsewhere)) as server:
        first = dict(server.execute(named).fetchall())
        assert first.keys() == dict(backup.execute(named).fetchall()).keys()
        assert not set(first.values()) & set(dict(backup.execute(named).fetchall()).values())

        run("restore", str(copy), "--replace")

        assert not set(first.values()) & set(dict(server.execute(named).fetchall()).values())


WRITER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
for number in range(100_000):
    database.execute("INSERT INTO django_site_of_writers VALUES (?)", [number])
    print(number, flush=True)
"""


def test_restore__somebody_writes_meanwhile__every_answered_write_is_kept(copy, elsewhere):
    with closing(sqlite3.connect(copy)) as backup:
        backup.execute("CREATE TABLE django_site_of_writers (number INTEGER)")
        backup.commit()
    run("restore", str(copy))
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", WRITER, str(elsewhere)], stdout=subprocess.PIPE, text=True
    ) as writer:
        answered = [int(writer.stdout.readline()) for _ in range(50)]
        run("restore", str(copy), "--replace")
        while not numbers_in(elsewhere):
            answered.append(int(writer.stdout.readline()))
        writer.terminate()
        answered += [int(line) for line in writer.stdout.read().split()]

    [kept] = elsewhere.parent.glob("elsewhere.sqlite3.before-restore-*")
    found = [numbers_in(kept), numbers_in(elsewhere)]
    assert set(answered) <= found[0] | found[1]
    assert not found[0] & found[1]
    assert found[0]
    assert found[1]
    assert not list(elsewhere.parent.glob("*.restoring*"))


def numbers_in(path):
    with closing(sqlite3.connect(path)) as database:
        return {number for (number,) in database.execute("SELECT * FROM django_site_of_writers")}
