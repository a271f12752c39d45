import pytest

from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection
from tests.looping import in_one_test

MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}
PRIMARY, SECONDARY = "primary_metrics_ordered_uuids", "secondary_metrics_ordered_uuids"
A, B, C = (factories.MEAN_METRIC | {"uuid": uuid} for uuid in "abc")


def test_create_experiment_orderings__inline_and_saved__own_order_then_inline_then_saved(
    client, project, ada
):
    first, second = (
        factories.make_saved_metric(project, ada, query=factories.MEAN_METRIC | {"uuid": uuid})
        for uuid in ("s1", "s2")
    )

    response = client.post(
        collection(project),
        MINIMAL
        | {
            "metrics": [A, B],
            "metrics_secondary": [C],
            "saved_metrics_ids": [
                {"id": second.pk, "metadata": {"type": "primary"}},
                {"id": first.pk, "metadata": {"type": "secondary"}},
            ],
            PRIMARY: ["elsewhere", "b"],
        },
    )

    assert response.status_code == 201
    assert response.json()[PRIMARY] == ["elsewhere", "b", "a", "s2"]
    assert response.json()[SECONDARY] == ["c", "s1"]


@pytest.mark.parametrize("ordering", [{}, {PRIMARY: []}, {PRIMARY: None}], ids=str)
def test_create_experiment_orderings__none_given__filled(client, project, ordering):
    response = client.post(collection(project), MINIMAL | {"metrics": [B, A]} | ordering)

    assert response.json()[PRIMARY] == ["b", "a"]
    assert response.json()[SECONDARY] is None


@pytest.mark.parametrize("ordering", [{}, {SECONDARY: []}, {SECONDARY: None}], ids=str)
def test_create_experiment_orderings__none_given_for_secondary__filled(client, project, ordering):
    response = client.post(collection(project), MINIMAL | {"metrics_secondary": [A, B]} | ordering)

    assert response.json()[SECONDARY] == ["a", "b"]
    assert response.json()[PRIMARY] is None


def test_create_experiment_orderings__complete_one_given__kept(client, project):
    response = client.post(
        collection(project), MINIMAL | {"metrics": [A, B, C], PRIMARY: ["c", "a", "b"]}
    )

    assert response.json()[PRIMARY] == ["c", "a", "b"]


def test_create_experiment_orderings__empty_list_sent__empty(client, project):
    response = client.post(collection(project), MINIMAL | {"metrics": []})

    assert (response.json()[PRIMARY], response.json()[SECONDARY]) == ([], None)


def test_create_experiment_orderings__only_saved_metrics__both_lists(client, project, saved_metric):
    response = client.post(
        collection(project), MINIMAL | {"saved_metrics_ids": [{"id": saved_metric.pk}]}
    )

    assert response.json()[PRIMARY] == [saved_metric.query["uuid"]]
    assert response.json()[SECONDARY] == []


@in_one_test("field", [PRIMARY, SECONDARY])
@in_one_test(
    ("value", "code"),
    [
        ("a", "not_a_list"),
        ({"a": 1}, "not_a_list"),
        (7, "not_a_list"),
        ([7], "invalid_input"),
        ([None], "invalid_input"),
        (["a", ["b"]], "invalid_input"),
        ([True], "invalid_input"),
    ],
    ids=str,
)
def test_create_experiment_orderings__no_list_of_texts__refused(
    client, project, field, value, code
):
    response = client.post(collection(project), MINIMAL | {field: value})

    assert_invalid(response, field, code)
    assert everything() == []
