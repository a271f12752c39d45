from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from core.db.compiled_query import CompiledQuery, IsOneOf, NumbersParam, Param
from feature_flags.models import FeatureFlag
from tests import factories


def _flags_with_key():
    flags = FeatureFlag.objects.filter(project_id=Param("project_id"), key=Param("key"))
    return flags.select_related("project", "created_by").order_by("pk")


def test_compiled_query__other_values__other_rows(project):
    first, second = factories.make_flag(project, "first"), factories.make_flag(project, "second")
    ask = CompiledQuery(_flags_with_key)

    assert ask(project_id=project.pk, key="first") == [first]
    assert ask(project_id=project.pk, key="second") == [second]


def test_compiled_query__nothing_found__no_rows(project):
    assert CompiledQuery(_flags_with_key)(project_id=project.pk, key="none") == []


def test_compiled_query__asked_twice__built_once(project):
    built = []
    ask = CompiledQuery(lambda: built.append(1) or _flags_with_key())

    ask(project_id=project.pk, key="first")
    ask(project_id=project.pk, key="second")

    assert len(built) == 1


def test_compiled_query__any_column__as_a_queryset_reads_it(project):
    flag = factories.make_flag(project, "first", tags=["a"], rollback_conditions={"b": [1.5]})

    [found] = CompiledQuery(_flags_with_key)(project_id=project.pk, key="first")

    stored = FeatureFlag.objects.get(pk=flag.pk)
    columns = [field.attname for field in FeatureFlag._meta.concrete_fields]
    assert {name: getattr(found, name) for name in columns} == {
        name: getattr(stored, name) for name in columns
    }


def test_compiled_query__selected_relations__known_and_null_ones_too(
    project, django_assert_num_queries
):
    factories.make_flag(project, "first")

    with django_assert_num_queries(1):
        [found] = CompiledQuery(_flags_with_key)(project_id=project.pk, key="first")
        assert (found.project, found.created_by) == (project, None)


def test_compiled_query__log_of_queries__shows_the_values(project):
    with CaptureQueriesContext(connection) as queries:
        CompiledQuery(_flags_with_key)(project_id=project.pk, key="first")

    assert "'first'" in queries[0]["sql"]


def _flags_of_ids():
    return FeatureFlag.objects.filter(IsOneOf(F("pk"), NumbersParam("ids"))).order_by("pk")


def test_compiled_query__many_numbers__the_rows_that_have_one(project):
    first, _, third = (factories.make_flag(project) for _ in range(3))

    assert CompiledQuery(_flags_of_ids)(ids=[third.pk, first.pk, 0]) == [first, third]


def test_compiled_query__no_numbers__no_rows(project):
    factories.make_flag(project)

    assert CompiledQuery(_flags_of_ids)(ids=[]) == []


def test_raw__a_column__where_the_row_has_it(project):
    flag = factories.make_flag(project, "first")

    rows = CompiledQuery(_flags_of_ids).raw(ids=[flag.pk])

    assert [row[rows.place_of("key")] for row in rows] == ["first"]


def test_raw__some_rows__objects_of_these(project):
    flags = [factories.make_flag(project) for _ in range(2)]
    rows = CompiledQuery(_flags_of_ids).raw(ids=[flag.pk for flag in flags])

    assert rows.objects(list(rows)[1:]) == flags[1:]
