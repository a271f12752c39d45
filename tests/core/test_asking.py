"""What is told travels with the next question, and is done before it."""

import pytest
from django.db import (
    DataError,
    IntegrityError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)

from core.postgresql import asking
from projects.models import Project

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="Statements travel together on PostgreSQL only."
)
RENAME = "UPDATE projects_project SET name = %s WHERE id = %s"
NAME = "SELECT name FROM projects_project WHERE id = %s"
NAMELESS = "UPDATE projects_project SET name = NULL WHERE id = %s"
PLANS = "SELECT count(*) FROM pg_prepared_statements"


@pytest.fixture
def fresh(db):
    """Return a function that makes a connection that nobody else has used."""
    made = []

    def make(**options):
        other = connection.copy()
        other.settings_dict["OPTIONS"] = connection.settings_dict["OPTIONS"] | options
        made.append(other)
        return other

    yield make
    for other in made:
        other.close()


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
def test_tell__first_and_only_statement__in_one_transaction(project):
    with transaction.atomic():
        connection.tell(RENAME, ["Told", project.pk])
        connection.tell(RENAME, ["Told again", project.pk])

    [(first, last)] = connection.ask(
        "SELECT xmin::text, pg_current_xact_id()::text FROM projects_project WHERE id = %s",
        [project.pk],
    )
    assert int(last) == int(first) + 1
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
        other.connect()
    assert other.rows_of(along) == [(7,)]


def test_ask__value_that_no_text_may_have__refused_and_usable(project):
    with pytest.raises(DataError):
        connection.ask(NAME, ["\0"])

    assert connection.ask(NAME, [project.pk]) == [(project.name,)]


def test_ask__percent_signs__places_are_found(db):
    assert connection.ask("SELECT '100 %%', '%%s', %s::text", ["%s"]) == [("100 %", "%s", "%s")]


@pytest.mark.parametrize(("keeps_plans", "number"), [(True, 2), (False, 0)])
def test_ask__plans_kept_or_not__planned_or_not(fresh, keeps_plans, number):
    other = fresh(keeps_plans=keeps_plans)
    other.ask("SELECT %s::int", [1])

    # This one is planned before it is executed.
    assert other.ask(PLANS, []) == [(number,)]


def test_ask__twice__planned_once(fresh):
    other = fresh(keeps_plans=True)
    other.ask("SELECT %s::int", [1])
    other.ask("SELECT %s::int", [2])

    assert other.ask(PLANS, []) == [(2,)]


def test_ask__refused_when_planned__planned_anew(fresh):
    other = fresh(keeps_plans=True)
    for _ in range(2):
        with pytest.raises(Exception, match="nowhere"):
            other.ask("SELECT nowhere", [])

    assert other.ask(PLANS, []) == [(1,)]


def test_ask__refused_when_first_executed__plan_kept(fresh):
    other = fresh(keeps_plans=True)
    for _ in range(2):
        with pytest.raises(DataError):
            other.ask("SELECT 1 / %s::int", [0])

    assert other.ask(PLANS, []) == [(2,)]


def test_ask__column_has_another_type_by_now__refused_once(fresh):
    other = fresh(keeps_plans=True)
    other.cursor().execute("CREATE TEMPORARY TABLE changing AS SELECT 1 AS it")
    assert other.ask("SELECT it FROM changing", []) == [(1,)]
    other.cursor().execute("ALTER TABLE changing ALTER it TYPE text")

    with pytest.raises(NotSupportedError):
        other.ask("SELECT it FROM changing", [])

    assert other.ask("SELECT it FROM changing", []) == [("1",)]


def test_ask__plans_thrown_away__refused_once(fresh):
    other = fresh(keeps_plans=True)
    other.ask("SELECT %s::int", [1])
    other.cursor().execute("DEALLOCATE ALL")

    with pytest.raises(ProgrammingError):
        other.ask("SELECT %s::int", [1])

    assert other.ask("SELECT %s::int", [1]) == [(1,)]


def test_ask__more_statements_than_plans__oldest_forgotten(fresh, monkeypatch):
    monkeypatch.setattr(asking, "PLANS", 3)
    other = fresh(keeps_plans=True)
    for _ in range(2):
        for number in range(5):
            assert other.ask(f"SELECT {number} + %s::int", [1]) == [(number + 1,)]

    assert other.ask(PLANS, []) == [(3,)]
