from uuid import UUID

import pytest

from actions.models import Action
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import member
from tests.looping import in_one_test

PRIMARY, SECONDARY = "primary_metrics_ordered_uuids", "secondary_metrics_ordered_uuids"
LISTS = [("metrics", PRIMARY), ("metrics_secondary", SECONDARY)]
A, B, C = (factories.MEAN_METRIC | {"uuid": uuid} for uuid in "abc")


@pytest.fixture
def measured(project, ada):
    return factories.make_experiment(
        project,
        ada,
        metrics=[A, B],
        metrics_secondary=[C],
        primary_metrics_ordered_uuids=["b", "a"],
    )


def test_update_experiment_metrics__replaced__stored_stamped_and_ordered(client, measured):
    response = client.patch(
        member(measured), {"metrics": [B | {"name": "Views"}, factories.FUNNEL_METRIC]}
    )

    assert response.status_code == 200
    measured.refresh_from_db()
    kept, added = measured.metrics
    assert response.json()["metrics"] == [kept, added]
    assert (kept["uuid"], kept["name"]) == ("b", "Views")
    assert UUID(added["uuid"]).version == 4
    assert len(added["fingerprint"]) == 64
    assert response.json()[PRIMARY] == measured.primary_metrics_ordered_uuids
    assert response.json()[PRIMARY] == ["b", added["uuid"]]
    assert response.json()[SECONDARY] == ["c"]


@pytest.mark.parametrize(("field", "ordering"), LISTS)
@pytest.mark.parametrize("sent", ["absent", "empty"])
def test_update_experiment_metrics__added_to_nothing__ordering_filled(
    client, experiment, field, ordering, sent
):
    changes = {field: [A, B]} | ({ordering: []} if sent == "empty" else {})

    response = client.patch(member(experiment), changes)

    assert response.json()[ordering] == ["a", "b"]


def test_update_experiment_metrics__one_added__last(client, measured):
    response = client.patch(member(measured), {"metrics": [C | {"uuid": "new"}, A, B]})

    assert response.json()[PRIMARY] == ["b", "a", "new"]


def test_update_experiment_metrics__one_added_and_order_sent__appended_to_that(client, measured):
    response = client.patch(
        member(measured), {"metrics": [A, B, C | {"uuid": "new"}], PRIMARY: ["a", "x", "b"]}
    )

    assert response.json()[PRIMARY] == ["a", "x", "b", "new"]


def test_update_experiment_metrics__one_removed__gone_from_the_ordering(client, measured):
    response = client.patch(member(measured), {"metrics": [A]})

    assert response.json()[PRIMARY] == ["a"]


def test_update_experiment_metrics__one_removed_but_still_ordered__gone_all_the_same(
    client, measured
):
    response = client.patch(member(measured), {"metrics": [A], PRIMARY: ["b", "a"]})

    assert response.json()[PRIMARY] == ["a"]


@pytest.mark.parametrize("metrics", [[], None], ids=["empty", "null"])
def test_update_experiment_metrics__all_removed__ordering_empty(client, measured, metrics):
    response = client.patch(member(measured), {"metrics": metrics})

    assert response.json()["metrics"] == metrics
    assert response.json()[PRIMARY] == []


def test_update_experiment_metrics__moved_to_the_other_list__moves_in_the_orderings(
    client, measured
):
    response = client.patch(member(measured), {"metrics": [A], "metrics_secondary": [C, B]})

    assert (response.json()[PRIMARY], response.json()[SECONDARY]) == (["a"], ["c", "b"])


def test_update_experiment_metrics__something_else_changed__all_as_before(client, measured):
    before = client.get(member(measured)).json()

    response = client.patch(member(measured), {"name": "New"})

    for field in ("metrics", "metrics_secondary", PRIMARY, SECONDARY):
        assert response.json()[field] == before[field]


@pytest.mark.parametrize("ordering", [["a", "b"], ["b", "x", "a", "y"]], ids=str)
def test_update_experiment_metrics__complete_ordering__stored(client, measured, ordering):
    response = client.patch(member(measured), {PRIMARY: ordering})

    assert response.status_code == 200
    assert response.json()[PRIMARY] == ordering


@in_one_test("ordering", [[], ["a"], None], ids=str)
def test_update_experiment_metrics__incomplete_ordering__refused(client, measured, ordering):
    before = everything()

    response = client.patch(member(measured), {"name": "New", PRIMARY: ordering})

    assert_invalid(response, None)
    assert everything() == before


@in_one_test("value", ["a", {"a": 1}], ids=repr)
def test_update_experiment_metrics__ordering_is_no_list__refused(client, measured, value):
    response = client.patch(member(measured), {SECONDARY: value})

    assert_invalid(response, SECONDARY, "not_a_list")


@in_one_test(
    "changes",
    [{"metrics": [A, A]}, {"metrics_secondary": [A]}, {"metrics": [C]}],
    ids=["within", "taken by a primary one", "taken by a secondary one"],
)
def test_update_experiment_metrics__same_uuid_twice__refused(client, measured, changes):
    before = everything()

    response = client.patch(member(measured), {"name": "New"} | changes)

    assert_invalid(response, None)
    assert everything() == before


@in_one_test(("field", "ordering"), LISTS)
@in_one_test(
    "metric",
    [
        {"kind": "TrendsQuery"},
        A | {"colour": "red"},
        A | {"source": {"kind": "EventsNode", "event": "a", "properties": {}}},
        A | {"source": {"kind": "ActionsNode", "id": 987654}},
        "text",
    ],
    ids=["kind", "unknown key", "properties", "action", "text"],
)
def test_update_experiment_metrics__bad_document__refused(
    client, measured, field, ordering, metric
):
    before = everything()

    response = client.patch(member(measured), {"name": "New", field: [metric]})

    assert_invalid(response, field)
    assert everything() == before


def test_update_experiment_metrics__action_deleted_since__what_was_read_is_accepted(
    client, project, ada
):
    action = Action.objects.create(project=project, name="Paid")
    metric = A | {"source": {"kind": "ActionsNode", "id": action.pk}}
    experiment = factories.make_experiment(project, ada, metrics=[metric])
    Action.objects.update(deleted=True)
    read = client.get(member(experiment)).json()["metrics"]

    response = client.patch(member(experiment), {"metrics": read})

    assert response.status_code == 200
    assert response.json()["metrics"] == read


def test_update_experiment_metrics__deleted_action_is_new_here__refused(client, project, ada):
    action = Action.objects.create(project=project, name="Paid", deleted=True)
    experiment = factories.make_experiment(project, ada)
    metric = A | {"source": {"kind": "ActionsNode", "id": action.pk}}

    response = client.patch(member(experiment), {"metrics": [metric]})

    assert_invalid(response, "metrics")


def test_update_experiment_metrics__launched__may_change(client, running_experiment):
    response = client.patch(member(running_experiment), {"metrics": [A]})

    assert response.status_code == 200
    assert response.json()[PRIMARY] == ["a"]
