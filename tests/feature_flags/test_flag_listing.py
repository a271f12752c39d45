import json
from datetime import UTC, datetime, timedelta

import pytest

from feature_flags.models import FeatureFlag
from feature_flags.selectors import list_live_flags
from tenants.access import Access
from tests import factories
from tests.assertions import assert_invalid
from tests.feature_flags.paths import flags_of
from tests.looping import in_one_test

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
EVERYONE = {"properties": [], "rollout_percentage": 100}
BOOLEAN = {"groups": [EVERYONE]}


@pytest.fixture
def found(client, project):
    def keys(**parameters: str) -> list[str]:
        response = client.get(flags_of(project), parameters)
        assert response.status_code == 200, response.content
        return [flag["key"] for flag in response.json()["results"]]

    return keys


@pytest.fixture
def two(project):
    return factories.make_flag(project, "one"), factories.make_flag(project, "two", active=False)


@pytest.mark.parametrize(
    ("active", "keys"),
    [
        ("true", ["one"]),
        ("TRUE", ["one"]),
        ("false", ["two"]),
        ("maybe", ["two"]),
        ("", ["two", "one"]),
        ("STALE", []),
    ],
)
def test_list_flags__active__those(found, two, active, keys):
    assert found(active=active) == keys


@pytest.mark.parametrize("spelling", ["{0}", "{0},{1}", "{1}, {0}", "[{0}]", '["{0}", {1}]'])
def test_list_flags__created_by_id__theirs(found, project, ada, grace, spelling):
    for user in (ada, grace):
        factories.make_flag(project, f"of-{user.first_name or user.pk}", created_by=user)

    keys = found(created_by_id=spelling.format(ada.pk, grace.pk))

    assert len(keys) == (2 if "1" in spelling else 1)
    assert f"of-{ada.pk}" in keys


@pytest.mark.parametrize(
    ("search", "keys"),
    [
        ("menu", ["new-menu", "my_menu", "menu"]),
        ("MENU", ["new-menu", "my_menu", "menu"]),
        ("my menu", ["my_menu"]),
        ("new  menu", ["new-menu"]),
        (" menu ", ["new-menu", "my_menu", "menu"]),
        ("new.menu", []),
        ("new .*", []),
        ("a great", ["menu"]),
        ("GREAT one", ["menu"]),
        ("\x00", []),
        ("", ["new-menu", "my_menu", "menu"]),
        ("  ", ["new-menu", "my_menu", "menu"]),
        ("***: a", []),
    ],
)
def test_list_flags__search__key_or_name(found, project, search, keys):
    factories.make_flag(project, "menu", name="It is a great - one")
    factories.make_flag(project, "my_menu")
    factories.make_flag(project, "new-menu")

    assert found(search=search) == keys


def test_list_flags__search__name_of_a_live_experiment(found, project, ada):
    for name, deleted in (("Price page", False), ("Price list", True)):
        experiment = factories.make_experiment(
            project, ada, name=name, feature_flag_key=f"flag-{deleted}"
        )
        experiment.feature_flag.name = ""
        experiment.feature_flag.save()
        type(experiment).objects.filter(pk=experiment.pk).update(deleted=deleted)

    assert found(search="price") == ["flag-False"]
    assert found(search="price page") == ["flag-False"]


def test_list_flags__key__the_whole_key_in_any_case(found, project):
    for key in ("Größe", "größe-2", "other"):
        factories.make_flag(project, key)

    assert found(key="Größe") == found(key="GRÖSSE") == ["Größe"]
    assert found(key="größe-2", search="gr") == ["größe-2"]
    assert found(key="gr") == found(key="%") == found(key="\x00") == []
    assert len(found(key="")) == 3


@pytest.mark.parametrize("search", ["GRÖSSE", "größe", "grÖße"])
def test_list_flags__search__case_folded_for_all_of_unicode(found, project, search):
    factories.make_flag(project, "size", name="Die Größe hier")

    assert found(search=search) == found(search=f"die {search}") == ["size"]


def test_list_flags__eligible_for_experiment__those_with_2_to_20_variants(found, project):
    for number in (0, 1, 2, 20, 21):
        variants = [{"key": f"v{i}", "rollout_percentage": 1} for i in range(number)]
        filters = BOOLEAN | ({"multivariate": {"variants": variants}} if number else {})
        factories.make_flag(project, f"with-{number}", filters=filters)

    assert sorted(found(eligible_for_experiment="true")) == ["with-2", "with-20"]
    assert len(found(eligible_for_experiment="maybe")) == 5


def test_list_flags__search_of_201_characters__refused(client, project):
    assert client.get(flags_of(project), {"search": "x" * 200}).status_code == 200
    assert_invalid(client.get(flags_of(project), {"search": "x" * 201}), None)


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("boolean", ["boolean"]),
        ("multivariant", ["driven", "multivariant"]),
        ("experiment", ["driven"]),
        ("remote_config", ["config"]),
        ("unheard-of", ["driven", "config", "multivariant", "boolean"]),
    ],
)
def test_list_flags__type__those(found, project, ada, kind, keys):
    factories.make_flag(project, "boolean", filters=BOOLEAN | {"multivariate": None})
    factories.make_flag(project, "multivariant")
    factories.make_flag(project, "config", filters=BOOLEAN, is_remote_configuration=True)
    for _ in range(2):
        factories.make_experiment(project, ada, feature_flag_key="driven")

    assert found(type=kind) == keys


@pytest.mark.parametrize(
    ("runtime", "keys"),
    [("server", ["server"]), ("all", ["all"]), ("moon", []), ("", ["server", "null", "all"])],
)
def test_list_flags__evaluation_runtime__those(found, project, runtime, keys):
    factories.make_flag(project, "all")
    factories.make_flag(project, "null", evaluation_runtime=None)
    factories.make_flag(project, "server", evaluation_runtime="server")

    assert found(evaluation_runtime=runtime) == keys


def test_list_flags__excluded_properties__without_those_keys(found, two):
    assert found(excluded_properties='["two", "three", 7]') == ["one"]


@pytest.mark.parametrize(
    ("parameters", "keys"),
    [
        ({"tags": ["beta"]}, ["both", "beta"]),
        ({"tags": ["BETA", "web"]}, ["both", "beta"]),
        ({"tags": ["é"]}, ["both"]),
        ({"tags": []}, ["both", "beta", "none"]),
        ({"tags": ["\ud800"]}, []),
        ({"excluded_tags": ["beta"]}, ["none"]),
        ({"excluded_tags": ["é"]}, ["beta", "none"]),
        ({"excluded_tags": []}, ["both", "beta", "none"]),
        ({"tags": ["beta"], "excluded_tags": ["é"]}, ["beta"]),
    ],
    ids=str,
)
def test_list_flags__tags__those(found, project, parameters, keys):
    factories.make_flag(project, "none")
    factories.make_flag(project, "beta", tags=["beta"])
    factories.make_flag(project, "both", tags=["é", "beta"])

    assert found(**{name: json.dumps(tags) for name, tags in parameters.items()}) == keys


@pytest.mark.parametrize(
    ("parameters", "keys"),
    [
        ({}, ["two", "one"]),
        ({"archived": "true"}, ["old"]),
        ({"archived": "True"}, ["old"]),
        ({"archived": "false"}, ["two", "one"]),
        ({"archived": "x"}, ["two", "one"]),
        ({"archived": ""}, ["two", "one"]),
        ({"key": "old"}, []),
        ({"key": "old", "archived": "true"}, ["old"]),
    ],
    ids=str,
)
def test_list_flags__archived__only_when_asked_for(project, found, two, parameters, keys):
    factories.make_flag(project, "old", active=False, archived=True)

    assert found(**parameters) == keys


@pytest.mark.parametrize("name", ["has_evaluation_contexts", "has_evaluation_tags"])
def test_list_flags__has_evaluation_contexts__those(found, project, name):
    factories.make_flag(project, "without")
    factories.make_flag(project, "with", evaluation_contexts=["web"])

    assert found(**{name: "true"}) == ["with"]
    assert found(**{name: "false"}) == ["without"]


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        ("key", ["a", "b", "c"]),
        ("-key", ["c", "b", "a"]),
        ("name", ["b", "a", "c"]),
        ("created_at", ["c", "a", "b"]),
        ("id", ["c", "a", "b"]),
        ("updated_at", ["b", "c", "a"]),
        ("-active", ["b", "a", "c"]),
        ("created_by", ["a", "c", "b"]),
        ("-created_by", ["b", "c", "a"]),
        ("", ["b", "a", "c"]),
    ],
)
def test_list_flags__order__nulls_as_if_the_greatest(found, project, ada, order, keys):
    for key, name, days, values in (
        ("c", "z", 2, {"active": False}),
        ("a", "y", 3, {"created_by": ada}),
        ("b", "x", 1, {}),
    ):
        changed = LONG_AGO + timedelta(days=days)
        factories.make_flag(project, key, name=name, updated_at=changed, **values)

    assert found(order=order) == keys


@in_one_test(
    "parameters",
    [
        {"order": "filters"},
        {"order": "--key"},
        {"order": "project"},
        {"order": "created_by__email"},
        {"created_by_id": "ada"},
        {"created_by_id": "1,"},
        {"created_by_id": "9" * 19},
        {"created_by_id": "[true]"},
        {"created_by_id": "[1"},
        {"excluded_properties": "one"},
        {"tags": "beta"},
        {"tags": '{"a": 1}'},
        {"excluded_tags": "[" * 100_000},
    ],
    ids=lambda parameters: str(parameters)[:40],
)
def test_list_flags__parameter_that_cannot_be_read__refused(client, project, parameters):
    assert_invalid(client.get(flags_of(project), parameters), None)


@pytest.mark.usefixtures("_no_response_cache")
def test_list_flags__all_parameters__same_number_of_queries(
    client, project, ada, django_assert_num_queries
):
    everything = {
        "active": "false",
        "created_by_id": str(ada.pk),
        "search": "experiment flag",
        "type": "experiment",
        "evaluation_runtime": "all",
        "excluded_properties": '["x"]',
        "tags": '["beta"]',
        "excluded_tags": '["web"]',
        "archived": "false",
        "has_evaluation_contexts": "false",
        "order": "-name",
    }
    for _ in range(3):
        factories.make_experiment(project, ada, name="Experiment flag")
    FeatureFlag.objects.update(tags=["beta"])

    with django_assert_num_queries(5):
        assert client.get(flags_of(project), everything).json()["count"] == 3


def test_list_live_flags__any__in_a_total_order(project):
    access = Access(project=project, membership=None)
    flags = list_live_flags(access=access, parameters={"order": "-name"}, now=LONG_AGO)

    assert flags.query.order_by[-1] == "-id"
