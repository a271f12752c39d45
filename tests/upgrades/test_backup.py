import sqlite3
import stat

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from events.facts import (
    Matcher,
    SourceDefinition,
    Value,
    ValueKind,
    catch_up,
    get_or_create_sources,
)
from events.models import Source
from holdouts.models import Holdout
from tests.events.conftest import event
from tests.upgrades.copies import events_of, fetch, rows_here, run, unnamed

pytestmark = pytest.mark.django_db(transaction=True)

NOTHING = ["BEGIN TRANSACTION;", "COMMIT;"]


@pytest.fixture(autouse=True)
def _only_sqlite(db):
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")


def amounts(project):
    source = SourceDefinition((Matcher("buy"),), Value(ValueKind.NUMBER, "amount"))
    ids = get_or_create_sources(project.pk, [source])
    catch_up(project.pk, ids)
    with connections["facts"].cursor() as cursor:
        cursor.execute("SELECT value FROM events_fact WHERE source = %s ORDER BY event", ids)
        return [value for (value,) in cursor.fetchall()]


def test_backup__filled_database__every_row_in_one_private_file(copy):
    assert fetch(copy) == rows_here()
    assert sum(line.startswith("INSERT") for line in fetch(copy)) > 50
    assert fetch(events_of(copy)) == rows_here("events")
    assert any(line.startswith('INSERT INTO "events_event"') for line in fetch(events_of(copy)))
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in copy.parent.iterdir()}
    assert files == {"copy.sqlite3": 0o600, "copy-events.sqlite3": 0o600}


def test_restore__empty_database__every_row_is_back(copy, elsewhere):
    printed = run("restore", str(copy))

    assert printed == f"{copy} is restored."
    assert unnamed(rows_here()) == unnamed(fetch(copy))
    assert fetch(elsewhere) == rows_here()


def test_restore__without_a_word__replaces_nothing(copy, elsewhere, client):
    run("restore", str(copy))
    Holdout.objects.update(name="Newer")

    with pytest.raises(CommandError, match="--replace"):
        run("restore", str(copy))

    assert Holdout.objects.filter(name="Newer").exists()


def test_restore__replace__former_content_kept_beside_it(copy, elsewhere):
    run("restore", str(copy))
    Holdout.objects.update(name="Newer")
    newer = rows_here()

    printed = run("restore", str(copy), "--replace")

    assert unnamed(rows_here()) == unnamed(fetch(copy))
    [kept] = elsewhere.parent.glob("elsewhere.sqlite3.before-restore-*")
    [kept_events] = elsewhere.parent.glob("elsewhere-events.sqlite3.before-restore-*")
    assert f"{kept}, {kept_events}" in printed
    assert fetch(kept) == newer


def test_restore__events_came_since__facts_are_those_of_the_backup(
    copy, elsewhere, project, keep_events
):
    run("restore", str(copy))
    run("migrate", "--database", "facts", "--verbosity", "0")
    assert amounts(project) == [3]
    keep_events(event("buy", "bob", properties={"amount": 4}))
    assert amounts(project) == [3, 4]

    run("restore", str(copy), "--replace")

    assert Source.objects.count() == 0
    keep_events(event("buy", "zoe", properties={"amount": 5}))
    assert amounts(project) == [3, 5]


def test_restore__events_missing__refused_unless_left_alone(copy, elsewhere):
    events_of(copy).unlink()

    with pytest.raises(CommandError, match="--only-main"):
        run("restore", str(copy))
    assert rows_here() == NOTHING

    run("restore", str(copy), "--only-main")
    assert unnamed(rows_here()) == unnamed(fetch(copy))
    assert rows_here("events") == NOTHING


def test_restore__events_damaged__nothing_changed(copy, elsewhere):
    events_of(copy).write_bytes(b"no database at all, but a text " * 10)

    with pytest.raises(CommandError, match="not a database"):
        run("restore", str(copy))

    assert rows_here() == NOTHING


def test_migrate__no_database_named__migrates_all(elsewhere):
    call_command("migrate", verbosity=0, skip_checks=False)

    assert any('"events_event"' in line for line in rows_here("events"))
    assert any("events_fact" in line for line in rows_here("facts"))


def test_restore__server_has_it_open__sees_the_old_then_the_new(copy, elsewhere):
    run("restore", str(copy))
    Holdout.objects.update(name="Newer")
    with sqlite3.connect(elsewhere) as server:
        names = "SELECT DISTINCT name FROM holdouts_holdout"
        assert server.execute(names).fetchall() == [("Newer",)]

        run("restore", str(copy), "--replace")

        assert ("Newer",) not in server.execute(names).fetchall()
        server.execute("UPDATE holdouts_holdout SET name = 'Again'")
    server.close()
    assert Holdout.objects.filter(name="Again").exists()


def test_backup__change_not_committed__not_in_it(copy, elsewhere, tmp_path):
    run("restore", str(copy))
    server = sqlite3.connect(elsewhere)
    server.execute("UPDATE holdouts_holdout SET name = 'Half done'")

    run("backup", str(tmp_path / "second.sqlite3"))

    server.rollback()
    server.close()
    assert unnamed(fetch(tmp_path / "second.sqlite3")) == unnamed(fetch(copy))


@pytest.mark.parametrize("name", ["copy.sqlite3", "copy.sqlite3.partial", "copy-events.sqlite3"])
def test_backup__file_is_there__not_touched(db, tmp_path, name):
    (tmp_path / name).write_text("precious")

    with pytest.raises(CommandError, match="exists"):
        run("backup", str(tmp_path / "copy.sqlite3"))

    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "precious")]


def test_backup__no_such_folder__refused(db, tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        run("backup", str(tmp_path / "nowhere" / "copy.sqlite3"))


def test_restore__damaged__refused_and_nothing_changed(copy, elsewhere):
    content = bytearray(copy.read_bytes())
    content[20_000:60_000] = b"x" * 40_000
    copy.write_bytes(content)

    with pytest.raises(CommandError, match=r"damaged|malformed"):
        run("restore", str(copy))

    assert rows_here() == NOTHING


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        pytest.param(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('users', '9999_x', '')",
            "newer version: it has the migration users 9999_x",
            id="newer",
        ),
        pytest.param("DROP TABLE django_migrations", "no backup of this server", id="foreign"),
        pytest.param(
            "UPDATE holdouts_holdout SET project_id = 999", "refer to what is not there", id="loose"
        ),
    ],
)
def test_restore__unfit__refused_and_nothing_changed(copy, elsewhere, sql, text):
    with sqlite3.connect(copy) as database:
        database.execute(sql)
    database.close()

    with pytest.raises(CommandError, match=text):
        run("restore", str(copy))

    assert rows_here() == NOTHING


@pytest.mark.parametrize("content", [None, b"no database at all, but a text " * 10])
def test_restore__no_database__refused(elsewhere, tmp_path, content):
    path = tmp_path / "odd"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=r"unable to open|not a database"):
        run("restore", str(path), "--only-main")


def test_restore__older__says_that_migrations_are_missing(copy, elsewhere):
    with sqlite3.connect(copy) as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'holdouts'")
    database.close()

    assert run("restore", str(copy)).endswith("Run migrate: 1 migrations are missing.")
