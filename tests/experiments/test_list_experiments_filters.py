import pytest

from experiments.models import Experiment
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.experiments.lifecycle import make_paused, make_running, make_stopped, step
from tests.experiments.paths import collection, member
from tests.factories import make_experiment
from tests.looping import in_one_test

IDS = ["created_by_id", "feature_flag_id", "holdout_id", "saved_metric_id"]


@pytest.fixture
def stages(project, ada):
    makes = {
        "draft": factories.make_experiment,
        "running": make_running,
        "paused": make_paused,
        "stopped": make_stopped,
    }
    return {name: make(project, ada, name=name) for name, make in makes.items()}


def test_list_filters__all_at_once__the_one_that_fits(client, project, ada, grace, stages):
    wanted = make_stopped(project, ada, name="Basket button", archived=True)
    for values in ({"name": "Header", "archived": True}, {"name": "Basket", "archived": False}):
        make_stopped(project, ada, **values)
    make_experiment(project, ada, name="Basket", archived=True)
    make_stopped(project, grace, name="Basket", archived=True)
    query = {
        "status": "stopped",
        "created_by_id": ada.pk,
        "archived": "true",
        "feature_flag_id": wanted.feature_flag_id,
        "search": "basket",
        "order": "name",
        "limit": 5,
    }

    response = client.get(collection(project), query)

    assert response.status_code == 200
    assert response.json() == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [client.get(member(wanted)).json()],
    }


@in_one_test(
    ("status", "shown"),
    [
        ("draft", {"draft"}),
        ("DRAFT", {"draft"}),
        ("running", {"running"}),
        ("Running", {"running"}),
        ("paused", {"paused"}),
        ("stopped", {"stopped"}),
        ("complete", {"stopped"}),
        ("all", {"draft", "running", "paused", "stopped"}),
        ("bogus", {"draft", "running", "paused", "stopped"}),
        ("", {"draft", "running", "paused", "stopped"}),
    ],
)
def test_list_filters__status__only_those(client, project, stages, status, shown):
    response = client.get(collection(project), {"status": status})

    assert _names(response) == shown
    assert response.json()["count"] == len(shown)


@in_one_test("value", ["true", "True", "TRUE"])
def test_list_filters__archived_is_true__only_those(client, project, ada, stages, value):
    make_stopped(project, ada, name="archived", archived=True)

    response = client.get(collection(project), {"archived": value})

    assert _names(response) == {"archived"}


@in_one_test("query", [{}, {"archived": "false"}, {"archived": "1"}], ids=str)
def test_list_filters__archived_is_anything_else__only_others(client, project, ada, stages, query):
    make_stopped(project, ada, name="archived", archived=True)

    response = client.get(collection(project), query)

    assert _names(response) == stages.keys()


def test_list_filters__archived__retrieved_all_the_same(client, project, ada):
    experiment = make_stopped(project, ada, archived=True)

    response = client.get(member(experiment), {"archived": "false"})

    assert response.status_code == 200


def test_list_filters__created_by_one__only_theirs(client, project, ada, grace):
    factories.make_experiment(project, ada, name="hers")
    factories.make_experiment(project, grace, name="other")

    response = client.get(collection(project), {"created_by_id": ada.pk})

    assert _names(response) == {"hers"}


def test_list_filters__created_by_several__all_theirs(client, project, ada, grace, mallory):
    for user in (ada, grace, mallory):
        factories.make_experiment(project, user, name=user.email)

    response = client.get(collection(project), {"created_by_id": f"{ada.pk},{grace.pk}"})

    assert _names(response) == {ada.email, grace.email}


def test_list_filters__created_by_nobody_we_know__empty(client, project, stages):
    response = client.get(collection(project), {"created_by_id": 987654})

    assert response.json()["count"] == 0


def test_list_filters__flag__all_experiments_on_it(client, project, ada, stages):
    flag = factories.make_flag(project, "checkout")
    for name in ("first", "second"):
        factories.make_experiment(project, ada, name=name, feature_flag_key="checkout")

    response = client.get(collection(project), {"feature_flag_id": flag.pk})

    assert _names(response) == {"first", "second"}


@in_one_test("name", IDS)
@in_one_test(
    "value",
    [
        "abc",
        "1.5",
        "-1",
        "1,",
        "1_0",
        "[1",
        "[true]",
        "{}",
        "\u0661",
        "9" * 19,
        "1" * 20,
        "null",
        "1,x",
    ],
)
def test_list_filters__no_id__refused(client, project, stages, name, value):
    response = client.get(collection(project), {name: value})

    assert_invalid(response, None)


@in_one_test("name", IDS)
def test_list_filters__empty_id__no_filter(client, project, stages, name):
    response = client.get(collection(project), {name: ""})

    assert _names(response) == stages.keys()


@in_one_test("name", IDS)
def test_list_filters__largest_id__empty(client, project, stages, name):
    response = client.get(collection(project), {name: "9" * 18})

    assert (response.status_code, response.json()["count"]) == (200, 0)


@in_one_test("search", ["button", "BUTTON", "utto", "Red button"])
def test_list_filters__search__part_of_the_name(client, project, ada, stages, search):
    factories.make_experiment(project, ada, name="Red button")

    response = client.get(collection(project), {"search": search})

    assert _names(response) == {"Red button"}


@in_one_test("search", ["because", "%", "_", "\\", "\x00", "' OR 1=1"])
def test_list_filters__search_for_what_no_name_has__empty(client, project, ada, search):
    factories.make_experiment(
        project, ada, name="Red", description="because", feature_flag_key="flag-of-it"
    )

    response = client.get(collection(project), {"search": search})

    assert (response.status_code, response.json()["count"]) == (200, 0)


def test_list_filters__search_for_a_sign__found_as_it_is(client, project, ada, stages):
    factories.make_experiment(project, ada, name="50% off_now")

    for search in ("50%", "f_n"):
        response = client.get(collection(project), {"search": search})

        assert _names(response) == {"50% off_now"}


def test_list_filters__deleted__never_shown(client, project, stages):
    Experiment.objects.update(deleted=True)

    for status in ("all", *stages):
        assert client.get(collection(project), {"status": status}).json()["count"] == 0


def test_list_filters__of_another_project__never_shown(client, project, foreign_project, mallory):
    foreign = factories.make_experiment(foreign_project, mallory)

    for query in ({"feature_flag_id": foreign.feature_flag_id}, {"created_by_id": mallory.pk}):
        assert client.get(collection(project), query).json()["count"] == 0


def test_list_filters__next_page__keeps_the_filter(client, project, ada):
    for _ in range(3):
        make_running(project, ada)

    response = client.get(collection(project), {"status": "running", "limit": 2})

    assert response.json()["count"] == 3
    following = client.get(response.json()["next"])
    assert len(following.json()["results"]) == 1


@in_one_test("query", [{"search": "zzz"}, {"order": "bogus"}, {"created_by_id": "abc"}], ids=str)
def test_list_filters__on_one_experiment__without_effect(client, experiment, query):
    plain = client.get(member(experiment))

    response = client.get(member(experiment), query)

    assert response.json() == plain.json()


def test_list_filters__on_a_step__without_effect(client, experiment):
    response = client.post(step(experiment, "launch") + "?search=zzz&order=bogus")

    assert response.status_code == 200


@in_one_test("query", [{"status": "running"}, {"order": "bogus"}], ids=str)
def test_list_filters__no_key__refused(anonymous, project, query):
    response = anonymous.get(collection(project), query)

    assert_error(response, 401, "not_authenticated")


def _names(response) -> set[str]:
    return {experiment["name"] for experiment in response.json()["results"]}
