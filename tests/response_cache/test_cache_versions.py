"""Every change of a row in an invalidating table changes a cache version, whoever makes it."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction
from django.utils import timezone

from core.db.cache_versions import cache_versions, invalidating_tables
from core.db.triggers import postgresql, sqlite
from core.models import CacheVersion
from holdouts.services import create_holdout
from tests import factories
from tests.looping import in_one_test
from users.models import PersonalAPIKey, User

INVALIDATING = {each.model.__name__: each for each in invalidating_tables()}
# What checks of the database tie to other columns.
TIED = {"start_date", "end_date", "access_level", "resource"}


@pytest.fixture
def versions(filled):
    return lambda: cache_versions(project_id=filled.project_id)


@pytest.fixture
def rows(client, filled):
    """One row of every invalidating table, by the name of its model."""
    return lambda name: INVALIDATING[name].model.objects.order_by("pk")


def other(field):
    """Return an expression for another value than a row has."""
    if isinstance(field, models.BooleanField):
        return models.Case(models.When(**{field.name: True}, then=False), default=True)
    if isinstance(field, models.JSONField):
        return {"something": "else"}
    if isinstance(field, models.DateTimeField):
        return timezone.now().replace(year=2001)
    return "Zzz"


PLAIN = [
    (name, field.name)
    for name, each in INVALIDATING.items()
    for field in each.model._meta.concrete_fields
    if isinstance(field, models.BooleanField | models.JSONField | models.DateTimeField)
    or (isinstance(field, models.CharField | models.TextField) and not field.choices)
    if not field.primary_key and field.name not in each.ignore
    if field.name not in TIED
]


@in_one_test(("name", "field"), PLAIN)
def test_versions__a_column_changed__another_one(versions, rows, name, field):
    row, before = rows(name).first(), versions()

    with transaction.atomic():
        rows(name).filter(pk=row.pk).update(**{field: other(row._meta.get_field(field))})
        after = versions()
        # The next column finds the row as it was.
        transaction.set_rollback(True)

    assert after != before


@in_one_test("name", INVALIDATING)
def test_versions__a_row_deleted__another_one(versions, rows, name):
    row, before = rows(name).last(), versions()

    with transaction.atomic():
        rows(name).filter(pk=row.pk)._raw_delete("default")
        after = versions()
        # What refers to it is still there.
        transaction.set_rollback(True)

    assert after != before


def test_versions__a_row_added_to_the_project__another_one_for_it_alone(versions, project, ada):
    inside, outside = versions()

    factories.make_holdout(project, ada)

    assert versions()[0] != inside
    assert versions()[1] == outside


def test_versions__a_row_of_another_project__the_same(versions, foreign_project, mallory):
    before = versions()

    factories.make_experiment(foreign_project, mallory)

    assert versions() == before


def test_versions__a_person_added__another_one_for_everywhere(versions, organization):
    inside, outside = versions()

    factories.make_user("new@example.com", organization)

    assert versions()[0] == inside
    assert versions()[1] != outside


@pytest.mark.parametrize(
    ("model", "field"), [(User, "last_login"), (PersonalAPIKey, "last_used_at")]
)
def test_versions__what_nobody_is_shown_changed__the_same(versions, client, model, field):
    before = versions()

    assert model.objects.update(**{field: timezone.now()})

    assert versions() == before


def test_versions__a_change_undone__the_former_one(versions, project, ada):
    before = versions()

    with transaction.atomic():
        create_holdout.in_transaction(
            project=project, values={"name": "Gone"}, actor=ada, now=timezone.now()
        )
        transaction.set_rollback(True)

    assert versions() == before


@pytest.mark.django_db(transaction=True)
def test_versions__migrated_back_and_forth__triggers_of_all_tables():
    call_command("migrate", "experiments", "0001", verbosity=0)
    call_command("migrate", verbosity=0)

    dialect = postgresql if connection.vendor == "postgresql" else sqlite
    with connection.cursor() as cursor:
        assert dialect.installed(cursor) == dialect.wanted(cursor, invalidating_tables())
    assert CacheVersion.objects.count() == 1


def test_versions__renewed__others_everywhere(versions, project, ada):
    factories.make_holdout(project, ada)
    before = versions()

    call_command("renew_cache_versions", stdout=StringIO())

    assert not set(versions()) & set(before)
