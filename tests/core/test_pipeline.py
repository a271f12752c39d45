"""What is queued travels with the next question, and is done before it."""

import pytest
from django.db import (
    DataError,
    IntegrityError,
    OperationalError,
    connection,
    transaction,
)

from tenants.models import Project

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="Statements travel together on PostgreSQL only."
)
RENAME = "UPDATE tenants_project SET name = %s WHERE id = %s"
NAME = "SELECT name FROM tenants_project WHERE id = %s"
NAMELESS = "UPDATE tenants_project SET name = NULL WHERE id = %s"


def _name(project):
    return Project.objects.values_list("name", flat=True).get(pk=project.pk)


@transaction.atomic
def _rename_and_fail(project):
    connection.queue(RENAME, ["Renamed", project.pk])
    raise ZeroDivisionError


def test_queue__then_asked__done_before(project):
    connection.queue(RENAME, ["Renamed", project.pk])

    assert connection.fetch(NAME, [project.pk]) == [("Renamed",)]


def test_queue__then_asked__rows_of_both(project):
    queued = connection.queue("SELECT %s::int", [7])

    assert connection.fetch("SELECT %s::int", [8]) == [(8,)]
    assert connection.result(queued) == [(7,)]


def test_queue__rows_wanted_at_once__waited_for(db):
    assert connection.result(connection.queue("SELECT %s::int", [7])) == [(7,)]


def test_queue__statement_without_rows__none(project):
    assert connection.result(connection.queue(RENAME, ["Renamed", project.pk])) == []


def test_queue__then_a_query_of_the_orm__done_before(project):
    connection.queue(RENAME, ["Renamed", project.pk])

    assert _name(project) == "Renamed"


@pytest.mark.django_db(transaction=True)
def test_queue__then_committed__done(project):
    with transaction.atomic():
        connection.queue(RENAME, ["Renamed", project.pk])

    assert _name(project) == "Renamed"


@pytest.mark.django_db(transaction=True)
def test_queue__first_and_only_statements__in_one_transaction(project):
    renaming = f"{RENAME} RETURNING pg_current_xact_id()::text"

    with transaction.atomic():
        first = connection.queue(renaming, ["Renamed", project.pk])
        last = connection.queue(renaming, ["Told again", project.pk])

    assert connection.result(first) == connection.result(last) != []
    assert _name(project) == "Told again"


@pytest.mark.django_db(transaction=True)
def test_queue__outside_of_a_transaction__done_at_once(project, fresh):
    connection.queue(RENAME, ["Renamed", project.pk])

    assert fresh().fetch(NAME, [project.pk]) == [("Renamed",)]


@pytest.mark.django_db(transaction=True)
def test_queue__rolled_back__not_done(project):
    before = project.name

    with pytest.raises(ZeroDivisionError):
        _rename_and_fail(project)

    assert _name(project) == before


@pytest.mark.django_db(transaction=True)
def test_queue__impossible_and_committed__refused_and_nothing_done(project):
    before = project.name

    @transaction.atomic
    def change():
        connection.queue(RENAME, ["Renamed", project.pk])
        connection.queue(NAMELESS, [project.pk])

    with pytest.raises(IntegrityError):
        change()

    assert _name(project) == before


@pytest.mark.django_db(transaction=True)
def test_queue__impossible__whoever_asks_next_gets_to_know(project):
    @transaction.atomic
    def change():
        connection.queue(NAMELESS, [project.pk])
        with pytest.raises(IntegrityError):
            connection.fetch(NAME, [project.pk])
        transaction.set_rollback(True)

    change()


@pytest.mark.django_db(transaction=True)
def test_queue__savepoint_undone__not_done(project):
    before = project.name

    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            _rename_and_fail(project)
        assert _name(project) == before


def test_queue__before_a_savepoint_that_is_undone__done(project):
    connection.queue(RENAME, ["Renamed", project.pk])
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError

    assert _name(project) == "Renamed"


@pytest.mark.django_db(transaction=True)
def test_fetch__connection_cut_in_a_transaction__refused_and_usable_again(project, fresh):
    @transaction.atomic
    def change():
        [(process,)] = connection.fetch("SELECT pg_backend_pid()", [])
        fresh().fetch("SELECT pg_terminate_backend(%s::int, 1000)", [process])
        connection.queue(RENAME, ["Renamed", project.pk])
        connection.fetch(NAME, [project.pk])

    with pytest.raises(OperationalError):
        change()

    assert connection.fetch(NAME, [project.pk]) == [(project.name,)]


@pytest.mark.django_db(transaction=True)
def test_queue_read__then_asked__rows_of_both(project, fresh):
    other = fresh()
    along = other.queue_read("SELECT %s::int", [7])

    assert other.fetch(NAME, [project.pk]) == [(project.name,)]
    assert other.result(along) == [(7,)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_used", [True, False])
def test_queue_read__connection_cut_meanwhile__asked_again(project, fresh, is_used):
    other = fresh()
    [(process,)] = other.fetch("SELECT pg_backend_pid()", [])
    # As between two requests.
    other.close_if_unusable_or_obsolete()
    connection.fetch("SELECT pg_terminate_backend(%s::int, 1000)", [process])

    along = other.queue_read("SELECT %s::int", [7])

    if is_used:
        assert other.fetch(NAME, [project.pk]) == [(project.name,)]
    else:
        other.close()
    assert other.result(along) == [(7,)]


@pytest.mark.django_db(transaction=True)
def test_queue_read__nobody_can_connect__not_piled_up(project, fresh, monkeypatch):
    other = fresh()
    with monkeypatch.context() as away:
        away.setitem(other.settings_dict, "HOST", "/nowhere")
        for _ in range(3):
            other.queue_read("SELECT %s::int", [7])
            with pytest.raises(OperationalError):
                other.fetch(NAME, [project.pk])

    other.force_debug_cursor = True
    assert other.fetch(NAME, [project.pk]) == [(project.name,)]
    assert len(other.queries) == 1


@pytest.mark.django_db(transaction=True)
def test_fetch__autocommit_off__in_a_transaction(project):
    before = project.name

    transaction.set_autocommit(False)
    connection.fetch(RENAME, ["Renamed", project.pk])
    transaction.rollback()
    transaction.set_autocommit(True)

    assert _name(project) == before


def test_fetch__value_that_no_text_may_have__refused_and_usable(project):
    with pytest.raises(DataError):
        connection.fetch(NAME, ["\0"])

    assert connection.fetch(NAME, [project.pk]) == [(project.name,)]


def test_fetch__percent_signs__places_are_found(db):
    assert connection.fetch("SELECT '100 %%', '%%s', %s::text", ["%s"]) == [("100 %", "%s", "%s")]
