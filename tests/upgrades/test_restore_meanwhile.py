"""What a restoration means to a server that runs meanwhile."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.core.management import CommandError
from django.db import connection

from core.db.cache_versions import TABLE
from core.ops import backups
from tests.upgrades.copies import rows_here, run

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


# Nobody reads what it says later, so that it would have to wait.
RESTLESS_WRITER = WRITER.replace("100_000", "10**9").replace(
    "    print", "    number > 99 or print"
)


def test_backup__somebody_writes_all_the_time__ends_with_one_moment(copy, elsewhere, tmp_path):
    run("restore", str(copy))
    with closing(sqlite3.connect(elsewhere)) as server:
        server.execute("CREATE TABLE django_site_of_writers (number INTEGER)")
        # Large enough that nobody copies it between two commits.
        server.execute("CREATE TABLE django_site_of_pages AS SELECT zeroblob(20000000)")
        server.commit()
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", RESTLESS_WRITER, str(elsewhere)], stdout=subprocess.PIPE, text=True
    ) as writer:
        before = [int(writer.stdout.readline()) for _ in range(50)]
        run("backup", str(tmp_path / "second.sqlite3"))
        assert writer.poll() is None
        writer.terminate()
        writer.stdout.read()

    found = numbers_in(tmp_path / "second.sqlite3")
    assert found == set(range(len(found)))
    assert {*before} <= found


def test_restore__main_database_stays_in_use__nothing_changed(copy, elsewhere, monkeypatch):
    run("restore", str(copy))
    events = rows_here("events")
    monkeypatch.setattr(backups, "_PATIENCE", 0.2)
    with closing(sqlite3.connect(elsewhere, isolation_level=None)) as server:
        server.execute("BEGIN IMMEDIATE")
        with pytest.raises(CommandError, match=r"locked|in use"):
            run("restore", str(copy), "--replace")

    assert rows_here("events") == events
    assert not list(elsewhere.parent.glob("*events*.before-restore-*"))


def test_restore__events_stay_in_use__says_what_is_done(copy, elsewhere, monkeypatch):
    run("restore", str(copy))
    monkeypatch.setattr(backups, "_PATIENCE", 0.2)
    events = elsewhere.with_name("elsewhere-events.sqlite3")
    with closing(sqlite3.connect(events, isolation_level=None)) as server:
        server.execute("BEGIN IMMEDIATE")
        with pytest.raises(CommandError, match="The main database is restored, the events are not"):
            run("restore", str(copy), "--replace")


def test_restore__one_before_was_killed__what_it_left_is_in_nobodys_way(copy, elsewhere):
    elsewhere.with_name(f"{elsewhere.name}.restoring").write_text("left")
    elsewhere.with_name(f"{elsewhere.name}.restoring-x").write_text("left")

    assert run("restore", str(copy)) == f"{copy} is restored."


def numbers_in(path):
    with closing(sqlite3.connect(path)) as database:
        return {number for (number,) in database.execute("SELECT * FROM django_site_of_writers")}
