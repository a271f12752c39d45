from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.db.compiled_query import CompiledQuery, Param
from feature_flags.models import FeatureFlag
from tests import factories


def _flags_with_key():
    flags = FeatureFlag.objects.filter(project_id=Param("project_id"), key=Param("key"))
    return flags.select_related("project", "created_by").order_by("pk")


def test_prepared__other_values__other_rows(project):
    first, second = factories.make_flag(project, "first"), factories.make_flag(project, "second")
    ask = CompiledQuery(_flags_with_key)

    assert ask(project_id=project.pk, key="first") == [first]
    assert ask(project_id=project.pk, key="second") == [second]


def test_prepared__nothing_found__no_rows(project):
    assert CompiledQuery(_flags_with_key)(project_id=project.pk, key="none") == []


def test_prepared__asked_twice__built_once(project):
    built = []
    ask = CompiledQuery(lambda: built.append(1) or _flags_with_key())

    ask(project_id=project.pk, key="first")
    ask(project_id=project.pk, key="second")

    assert len(built) == 1


def test_prepared__any_column__as_a_queryset_reads_it(project):
    flag = factories.make_flag(project, "first", tags=["a"], rollback_conditions={"b": [1.5]})

    [found] = CompiledQuery(_flags_with_key)(project_id=project.pk, key="first")

    stored = FeatureFlag.objects.get(pk=flag.pk)
    columns = [field.attname for field in FeatureFlag._meta.concrete_fields]
    assert {name: getattr(found, name) for name in columns} == {
        name: getattr(stored, name) for name in columns
    }


def test_prepared__selected_relations__known_and_null_ones_too(project, django_assert_num_queries):
    factories.make_flag(project, "first")

    with django_assert_num_queries(1):
        [found] = CompiledQuery(_flags_with_key)(project_id=project.pk, key="first")
        assert (found.project, found.created_by) == (project, None)


def test_prepared__log_of_queries__shows_the_values(project):
    with CaptureQueriesContext(connection) as queries:
        CompiledQuery(_flags_with_key)(project_id=project.pk, key="first")

    assert "'first'" in queries[0]["sql"]
