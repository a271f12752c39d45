"""What is told travels with the next question, and is done before it."""

import pytest
from django.db import (
    DataError,
    IntegrityError,
    OperationalError,
    connection,
    transaction,
)

from projects.models import Project

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="Statements travel together on PostgreSQL only."
)
RENAME = "UPDATE projects_project SET name = %s WHERE id = %s"
NAME = "SELECT name FROM projects_project WHERE id = %s"
NAMELESS = "UPDATE projects_project SET name = NULL WHERE id = %s"


def _name(project):
    return Project.objects.values_list("name", flat=True).get(pk=project.pk)


@transaction.atomic
def _rename_and_fail(project):
    connection.tell(RENAME, ["Told", project.pk])
    raise ZeroDivisionError


def test_tell__then_asked__done_before(project):
    connection.tell(RENAME, ["Told", project.pk])

    assert connection.ask(NAME, [project.pk]) == [("Told",)]


def test_tell__then_asked__rows_of_both(project):
    told = connection.tell("SELECT %s::int", [7])

    assert connection.ask("SELECT %s::int", [8]) == [(8,)]
    assert connection.rows_of(told) == [(7,)]


def test_tell__rows_wanted_at_once__waited_for(db):
    assert connection.rows_of(connection.tell("SELECT %s::int", [7])) == [(7,)]


def test_tell__statement_without_rows__none(project):
    assert connection.rows_of(connection.tell(RENAME, ["Told", project.pk])) == []


def test_tell__then_a_query_of_the_orm__done_before(project):
    connection.tell(RENAME, ["Told", project.pk])

    assert _name(project) == "Told"


@pytest.mark.django_db(transaction=True)
def test_tell__then_committed__done(project):
    with transaction.atomic():
        connection.tell(RENAME, ["Told", project.pk])

    assert _name(project) == "Told"


@pytest.mark.django_db(transaction=True)
def test_tell__first_and_only_statements__in_one_transaction(project):
    renaming = f"{RENAME} RETURNING pg_current_xact_id()::text"

    with transaction.atomic():
        first = connection.tell(renaming, ["Told", project.pk])
        last = connection.tell(renaming, ["Told again", project.pk])

    assert connection.rows_of(first) == connection.rows_of(last) != []
    assert _name(project) == "Told again"


@pytest.mark.django_db(transaction=True)
def test_tell__outside_of_a_transaction__done_at_once(project, fresh):
    connection.tell(RENAME, ["Told", project.pk])

    assert fresh().ask(NAME, [project.pk]) == [("Told",)]


@pytest.mark.django_db(transaction=True)
def test_tell__rolled_back__not_done(project):
    before = project.name

    with pytest.raises(ZeroDivisionError):
        _rename_and_fail(project)

    assert _name(project) == before


@pytest.mark.django_db(transaction=True)
def test_tell__impossible_and_committed__refused_and_nothing_done(project):
    before = project.name

    @transaction.atomic
    def change():
        connection.tell(RENAME, ["Told", project.pk])
        connection.tell(NAMELESS, [project.pk])

    with pytest.raises(IntegrityError):
        change()

    assert _name(project) == before


@pytest.mark.django_db(transaction=True)
def test_tell__impossible__whoever_asks_next_gets_to_know(project):
    @transaction.atomic
    def change():
        connection.tell(NAMELESS, [project.pk])
        with pytest.raises(IntegrityError):
            connection.ask(NAME, [project.pk])
        transaction.set_rollback(True)

    change()


@pytest.mark.django_db(transaction=True)
def test_tell__savepoint_undone__not_done(project):
    before = project.name

    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            _rename_and_fail(project)
        assert _name(project) == before


def test_tell__before_a_savepoint_that_is_undone__done(project):
    connection.tell(RENAME, ["Told", project.pk])
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError

    assert _name(project) == "Told"


@pytest.mark.django_db(transaction=True)
def test_ask__connection_cut_in_a_transaction__refused_and_usable_again(project, fresh):
    @transaction.atomic
    def change():
        [(process,)] = connection.ask("SELECT pg_backend_pid()", [])
        fresh().ask("SELECT pg_terminate_backend(%s::int, 1000)", [process])
        connection.tell(RENAME, ["Told", project.pk])
        connection.ask(NAME, [project.pk])

    with pytest.raises(OperationalError):
        change()

    assert connection.ask(NAME, [project.pk]) == [(project.name,)]


@pytest.mark.django_db(transaction=True)
def test_ask_along__then_asked__rows_of_both(project, fresh):
    other = fresh()
    along = other.ask_along("SELECT %s::int", [7])

    assert other.ask(NAME, [project.pk]) == [(project.name,)]
    assert other.rows_of(along) == [(7,)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_used", [True, False])
def test_ask_along__connection_cut_meanwhile__asked_again(project, fresh, is_used):
    other = fresh()
    [(process,)] = other.ask("SELECT pg_backend_pid()", [])
    # As between two requests.
    other.close_if_unusable_or_obsolete()
    connection.ask("SELECT pg_terminate_backend(%s::int, 1000)", [process])

    along = other.ask_along("SELECT %s::int", [7])

    if is_used:
        assert other.ask(NAME, [project.pk]) == [(project.name,)]
    else:
        other.close()
    assert other.rows_of(along) == [(7,)]


@pytest.mark.django_db(transaction=True)
def test_ask_along__nobody_can_connect__not_piled_up(project, fresh, monkeypatch):
    other = fresh()
    with monkeypatch.context() as away:
        away.setitem(other.settings_dict, "HOST", "/nowhere")
        for _ in range(3):
            other.ask_along("SELECT %s::int", [7])
            with pytest.raises(OperationalError):
                other.ask(NAME, [project.pk])

    other.force_debug_cursor = True
    assert other.ask(NAME, [project.pk]) == [(project.name,)]
    assert len(other.queries) == 1


@pytest.mark.django_db(transaction=True)
def test_ask__autocommit_off__in_a_transaction(project):
    before = project.name

    transaction.set_autocommit(False)
    connection.ask(RENAME, ["Told", project.pk])
    transaction.rollback()
    transaction.set_autocommit(True)

    assert _name(project) == before


def test_ask__value_that_no_text_may_have__refused_and_usable(project):
    with pytest.raises(DataError):
        connection.ask(NAME, ["\0"])

    assert connection.ask(NAME, [project.pk]) == [(project.name,)]


def test_ask__percent_signs__places_are_found(db):
    assert connection.ask("SELECT '100 %%', '%%s', %s::text", ["%s"]) == [("100 %", "%s", "%s")]
