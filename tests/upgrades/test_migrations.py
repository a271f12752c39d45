import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from core.models import CacheVersion

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = "0001_initial"
# What the framework keeps for itself; it grows with every migration.
_FRAMEWORK = ("django_", "auth_", "sqlite_")
# Every migration gives the states of the rows other names.
_NAMES = CacheVersion._meta.db_table


@pytest.fixture
def upgraded(filled):
    yield
    call_command("migrate", verbosity=0)


def test_migrations__back_to_the_first_and_forward_again__rows_kept(upgraded):
    before = _rows(_columns())

    _go_back_to_the_first()
    first = _columns()
    call_command("migrate", verbosity=0)

    # A table or a column that came later is empty after that: what was in it could not be kept.
    after = _rows(_columns())
    assert len(first) > 15
    for table, columns in first.items():
        assert _only(after[table], columns) == _only(before[table], columns), table


def test_migrations__run_twice__nothing_to_do(upgraded):
    before = _rows(_columns())
    applied = set(MigrationRecorder(connection).applied_migrations())

    call_command("migrate", verbosity=0)

    assert _rows(_columns()) == before
    assert set(MigrationRecorder(connection).applied_migrations()) == applied


def _go_back_to_the_first():
    own = [
        config.label for config in apps.get_app_configs() if not config.name.startswith("django")
    ]
    for app in own:
        executor = MigrationExecutor(connection)
        applied = {name for label, name in executor.loader.applied_migrations if label == app}
        # An app may be gone by now, because it needs a later state of another one.
        if FIRST in applied and len(applied) > 1:
            call_command("migrate", app, FIRST, verbosity=0)


def _columns():
    with connection.cursor() as cursor:
        return {
            table: [
                column.name
                for column in connection.introspection.get_table_description(cursor, table)
            ]
            for table in connection.introspection.table_names(cursor)
            if not table.startswith(_FRAMEWORK) and table != _NAMES
        }


def _rows(columns):
    with connection.cursor() as cursor:
        found = {}
        for table, names in columns.items():
            quoted = ", ".join(map(connection.ops.quote_name, names))
            cursor.execute(f"SELECT {quoted} FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return found


def _only(rows, columns):
    return sorted(([row.get(column) for column in columns] for row in rows), key=repr)
