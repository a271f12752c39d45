import shutil
import subprocess

import psycopg
import pytest
from django.db import connection
from psycopg.sql import SQL, Identifier

from tests.upgrades.rows import postgresql_rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _only_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL: name one with DATABASE_URL")
    if not shutil.which("pg_dump"):
        pytest.skip("pg_dump is not installed here")


@pytest.fixture
def other():
    """The URL of an empty database, and the one of the test database."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with psycopg.connect(_url("postgres"), autocommit=True) as server:
        server.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name)))
        server.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        yield _url(name)
        server.execute(SQL("DROP DATABASE {}").format(Identifier(name)))


def test_pg_dump__filled_database__every_row_is_back(filled, other, tmp_path):
    here, dump = _url(connection.settings_dict["NAME"]), str(tmp_path / "dump")

    _run("pg_dump", "--format=custom", f"--file={dump}", here)
    _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={other}", dump)

    assert _rows(other) == _rows(here)
    assert sum(map(len, _rows(here).values())) > 50


def _run(*command):
    subprocess.run(command, check=True)  # noqa: S603 (the documented commands)


def _rows(url):
    with psycopg.connect(url) as database:
        return postgresql_rows(lambda sql: database.execute(sql).fetchall())


def _url(name):
    usual = connection.settings_dict
    password = f":{usual['PASSWORD']}" if usual["PASSWORD"] else ""
    host = f"{usual['HOST']}:{usual['PORT'] or 5432}"
    return f"postgresql://{usual['USER']}{password}@{host}/{name}"
