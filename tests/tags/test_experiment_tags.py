import json

import pytest

from activity.models import ActivityLog
from experiments.models import Experiment
from tests.assertions import assert_error, assert_invalid
from tests.experiments.paths import collection, member


def test_create_experiment__tags__kept_tidied(client, project):
    body = {"name": "Red", "feature_flag_key": "red", "tags": [" Growth ", "growth", "", "B"]}

    response = client.post(collection(project), body)

    assert (response.status_code, response.json()["tags"]) == (201, ["b", "growth"])
    assert Experiment.objects.get().tags == ["b", "growth"]


def test_update_experiment__without_tags__untouched(client, make):
    experiment = make("experiment", "q3")

    assert client.patch(member(experiment), {"name": "Blue"}).json()["tags"] == ["q3"]


def test_update_experiment__tags__replaced_and_told(client, make):
    experiment = make("experiment", "q3")

    assert client.patch(member(experiment), {"tags": ["Q4"]}).json()["tags"] == ["q4"]

    [change] = ActivityLog.objects.get(activity="updated").detail["changes"]
    assert (change["field"], change["before"], change["after"]) == ("tags", ["q3"], ["q4"])


def test_update_experiment__tags_as_read__nothing_told(client, make):
    experiment = make("experiment", "a", "b")

    client.put(member(experiment), client.get(member(experiment)).json())

    assert not ActivityLog.objects.filter(activity="updated").exists()


def test_duplicate_experiment__tags__taken_along(client, make):
    experiment = make("experiment", "q3")
    copy = client.post(f"{member(experiment)}duplicate/", {"feature_flag_key": "k2"})
    assert copy.json()["tags"] == ["q3"]


def test_update_experiment__if_match_of_other_tags__refused(client, make):
    experiment = make("experiment", "q3")
    headers = {"If-Match": client.get(member(experiment)).headers["ETag"]}
    client.patch(member(experiment), {"tags": []})
    response = client.patch(member(experiment), {"tags": ["x"]}, headers=headers)
    assert_error(response, 412, "precondition_failed")


@pytest.mark.parametrize(
    ("tags", "attr", "code"),
    [
        (None, "tags", "null"),
        ("a", "tags", "not_a_list"),
        ([["a"]], "tags__0", "invalid_input"),
        (["x" * 256], "tags__0", "max_length"),
        (["x"] * 101, "tags", "invalid_input"),
    ],
    ids=["null", "text", "nested", "long", "many"],
)
def test_update_experiment__tags_that_are_none__refused(client, experiment, tags, attr, code):
    assert_invalid(client.patch(member(experiment), {"tags": tags}), attr, code)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"tags": ["A"]}, ["both", "one"]),
        ({"tags": ["b", "x"]}, ["both"]),
        ({"tags": []}, ["both", "none", "one"]),
        ({"excluded_tags": ["b"]}, ["none", "one"]),
        ({"excluded_tags": []}, ["both", "none", "one"]),
        ({"tags": ["a"], "excluded_tags": ["b"]}, ["one"]),
    ],
    ids=str,
)
def test_list_experiments__tags__those(client, project, make, query, names):
    for name, tags in {"both": ["a", "b"], "one": ["a"], "none": []}.items():
        Experiment.objects.filter(pk=make("experiment", *tags).pk).update(name=name)

    response = client.get(collection(project), {key: json.dumps(v) for key, v in query.items()})

    assert sorted(each["name"] for each in response.json()["results"]) == names
