import resource
import sqlite3
from contextlib import contextmanager
from threading import Timer

import pytest
from django.db import connection, connections

from activity.models import ActivityLog
from feature_flags.models import FeatureFlag
from tests.assertions import assert_error

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sqlite")]

WAL = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
EXPERIMENT = {"name": "E", "feature_flag_key": "e", "filters": {"note": "long " * 50_000}}


@pytest.fixture
def file(sqlite, client, project, tmp_path):
    """A file with everything that the test database holds."""
    path = tmp_path / "experiments.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")
    copy.close()
    return path


@pytest.fixture
def experiments(project):
    return f"/api/projects/{project.pk}/experiments/"


@pytest.fixture
def on_file(file, using):
    def use(pragmas="", name=None):
        options = {"init_command": WAL + pragmas, "timeout": 0.2}
        return using(options=options, NAME=name or str(file))

    return use


@contextmanager
def nothing_fits(file, limit):
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def assert_unavailable(response, wait):
    assert_error(response, 503, "database_unavailable")
    assert response.headers["Retry-After"] == wait


def rows():
    return ActivityLog.objects.count(), FeatureFlag.objects.count()


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}], ids=["plain", "repeatable"])
def test_sqlite__another_writer__reads_answered_and_changes_unavailable(
    client, experiments, file, on_file, headers
):
    with on_file():
        other = sqlite3.connect(file)
        other.execute("BEGIN IMMEDIATE")

        assert client.get(experiments).status_code == 200
        assert_unavailable(client.post(experiments, EXPERIMENT, headers=headers), "1")

        other.rollback()
        other.close()
        assert client.post(experiments, EXPERIMENT, headers=headers).status_code == 201


def test_sqlite__another_writer_ends_in_time__changed_after_it(client, experiments, file, on_file):
    with on_file():
        other = sqlite3.connect(file, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        end = Timer(0.05, other.rollback)
        end.start()

        assert client.post(experiments, EXPERIMENT).status_code == 201

        end.join()
        other.close()
        # Whatever else may meet another writer waits as SQLite does.
        assert _value("PRAGMA busy_timeout") == 200


def test_sqlite__another_writer__lock_asked_for_in_short_steps(client, experiments, file, on_file):
    begun = []
    with on_file():
        client.get(experiments)
        other = sqlite3.connect(file)
        other.execute("BEGIN IMMEDIATE")
        connection.connection.set_trace_callback(
            lambda sql: begun.append(sql) if sql.startswith("BEGIN") else None
        )

        client.post(experiments, EXPERIMENT)

        other.rollback()
        other.close()
    # SQLite itself would execute one, and wait in it.
    assert len(begun) > 5


def test_sqlite__only_to_be_read__reads_answered_and_changes_unavailable(
    client, experiments, on_file
):
    with on_file("PRAGMA query_only=ON;"):
        assert client.get(experiments).status_code == 200
        assert_unavailable(client.post(experiments, EXPERIMENT), "30")
        assert rows() == (0, 0)


def test_sqlite__file_only_to_be_read__reads_answered_and_changes_unavailable(
    client, experiments, file, on_file
):
    with on_file(name=f"file:{file}?mode=ro"):
        assert client.get(experiments).status_code == 200
        assert_unavailable(client.post(experiments, EXPERIMENT), "30")


def test_sqlite__full__changes_unavailable_and_nothing_half_done(client, experiments, on_file):
    with on_file():
        pages = _value("PRAGMA page_count")
    with on_file(f"PRAGMA max_page_count={pages + 2};"):
        assert client.get(experiments).status_code == 200
        assert_unavailable(client.post(experiments, EXPERIMENT), "30")
        assert rows() == (0, 0)
    with on_file():
        assert _value("PRAGMA integrity_check") == "ok"
        assert client.post(experiments, EXPERIMENT).status_code == 201


def test_sqlite__no_space_for_the_file__changes_unavailable_and_nothing_half_done(
    client, experiments, file, on_file
):
    with on_file():
        client.get(experiments)
        with nothing_fits(file, limit=100_000):
            refused = client.post(experiments, EXPERIMENT)
        assert_error(refused, 503, "database_unavailable")
        assert int(refused.headers["Retry-After"]) >= 1
        assert rows() == (0, 0)
        assert _value("PRAGMA integrity_check") == "ok"
        assert client.post(experiments, EXPERIMENT).status_code == 201


@pytest.mark.parametrize("content", [None, b"nothing that SQLite wrote" * 100], ids=["no", "odd"])
def test_sqlite__no_database_in_the_file__unavailable(
    client, experiments, tmp_path, on_file, content
):
    path = tmp_path / "folder" / "file"
    if content is not None:
        path.parent.mkdir()
        path.write_bytes(content)

    with on_file(name=str(path)):
        assert_unavailable(client.get(experiments), "1")
        assert client.get("/_readyz").status_code == 503
        assert client.get("/_livez").status_code == 200


def _value(sql):
    with connections["default"].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
