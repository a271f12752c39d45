import pytest

from experiments.models import ExperimentSavedMetric
from saved_metrics.models import SavedMetric
from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection, member
from tests.looping import in_one_test

MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}
PRIMARY, SECONDARY = "primary_metrics_ordered_uuids", "secondary_metrics_ordered_uuids"


@pytest.fixture
def revenue(project, ada):
    return factories.make_saved_metric(
        project, ada, name="Revenue", query=factories.MEAN_METRIC | {"uuid": "revenue"}
    )


@pytest.fixture
def signups(project, ada):
    return factories.make_saved_metric(
        project, ada, name="Signups", query=factories.FUNNEL_METRIC | {"uuid": "signups"}
    )


@pytest.fixture
def linked(project, ada, revenue):
    return factories.make_experiment(
        project, ada, saved_metrics_ids=[{"id": revenue.pk, "metadata": {"type": "primary"}}]
    )


def test_experiment_saved_metrics__create__linked_and_shown(client, project, revenue):
    breakdowns = [{"property": "$browser", "type": "event"}]
    sent = [{"id": revenue.pk, "metadata": {"type": "secondary", "breakdowns": breakdowns}}]

    response = client.post(collection(project), MINIMAL | {"saved_metrics_ids": sent})

    assert response.status_code == 201
    link = ExperimentSavedMetric.objects.get()
    assert (link.saved_metric, link.metadata) == (revenue, sent[0]["metadata"])
    (shown,) = response.json()["saved_metrics"]
    assert len(shown["query"].pop("fingerprint")) == 64
    assert shown == {
        "id": link.pk,
        "experiment": response.json()["id"],
        "saved_metric": revenue.pk,
        "metadata": sent[0]["metadata"],
        "created_at": response.json()["created_at"],
        "query": revenue.query,
        "name": "Revenue",
    }
    assert response.json()["saved_metrics_ids"] == sent
    assert response.json()[SECONDARY] == ["revenue"]


def test_experiment_saved_metrics__several__in_the_order_sent(client, project, revenue, signups):
    sent = [
        {"id": signups.pk, "metadata": {"type": "primary"}},
        {"id": revenue.pk, "metadata": {"type": "secondary"}},
    ]

    response = client.post(collection(project), MINIMAL | {"saved_metrics_ids": sent})

    assert response.json()["saved_metrics_ids"] == sent
    assert [link["name"] for link in response.json()["saved_metrics"]] == ["Signups", "Revenue"]


def test_experiment_saved_metrics__no_metadata__primary(client, project, revenue):
    response = client.post(
        collection(project), MINIMAL | {"saved_metrics_ids": [{"id": revenue.pk}]}
    )

    assert response.json()["saved_metrics_ids"] == [
        {"id": revenue.pk, "metadata": {"type": "primary"}}
    ]
    assert response.json()[PRIMARY] == ["revenue"]


def test_experiment_saved_metrics__update__links_replaced(client, linked, revenue, signups):
    (old,) = linked.saved_metric_links.values_list("pk", flat=True)
    sent = [
        {"id": revenue.pk, "metadata": {"type": "secondary"}},
        {"id": signups.pk, "metadata": {"type": "tertiary"}},
    ]

    response = client.patch(member(linked), {"saved_metrics_ids": sent})

    assert response.status_code == 200
    assert response.json()["saved_metrics_ids"] == sent
    assert old not in [link["id"] for link in response.json()["saved_metrics"]]
    assert response.json()[PRIMARY] == []
    assert response.json()[SECONDARY] == ["revenue", "signups"]


@pytest.mark.parametrize("ordering", [{}, {PRIMARY: ["inline"]}], ids=["absent", "incomplete"])
def test_experiment_saved_metrics__added_by_update__ordered_last(
    client, project, ada, revenue, ordering
):
    inline = factories.MEAN_METRIC | {"uuid": "inline"}
    experiment = factories.make_experiment(project, ada, metrics=[inline])

    response = client.patch(
        member(experiment), {"saved_metrics_ids": [{"id": revenue.pk}]} | ordering
    )

    assert response.json()[PRIMARY] == ["inline", "revenue"]


@pytest.mark.parametrize("value", [[], None], ids=["empty", "null"])
def test_experiment_saved_metrics__emptied__unlinked(client, linked, value):
    response = client.patch(member(linked), {"saved_metrics_ids": value})

    assert response.json()["saved_metrics"] == response.json()["saved_metrics_ids"] == []
    assert response.json()[PRIMARY] == []
    assert ExperimentSavedMetric.objects.count() == 0


def test_experiment_saved_metrics__not_sent__kept(client, linked):
    before = client.get(member(linked)).json()["saved_metrics"]

    response = client.patch(member(linked), {"name": "New"})

    assert response.json()["saved_metrics"] == before


def test_experiment_saved_metrics__metric_deleted__link_is_gone(client, project, linked, revenue):
    client.delete(f"/api/projects/{project.pk}/experiment_saved_metrics/{revenue.pk}/")

    response = client.get(member(linked))

    assert response.status_code == 200
    assert response.json()["saved_metrics"] == []
    assert client.patch(member(linked), {"name": "New"}).status_code == 200


def test_experiment_saved_metrics__metric_changed__shown_changed(client, project, linked, revenue):
    before = client.get(member(linked)).json()["saved_metrics"][0]

    client.patch(
        f"/api/projects/{project.pk}/experiment_saved_metrics/{revenue.pk}/",
        {"name": "Sales", "query": factories.MEAN_METRIC | {"goal": "decrease"}},
    )

    shown = client.get(member(linked)).json()["saved_metrics"][0]
    assert (shown["name"], shown["query"]["goal"]) == ("Sales", "decrease")
    assert shown["query"]["fingerprint"] != before["query"]["fingerprint"]


def test_experiment_saved_metrics__linked_by_two_experiments__each_its_metadata(
    client, project, ada, linked, revenue
):
    other = factories.make_experiment(project, ada)

    client.patch(
        member(other),
        {"saved_metrics_ids": [{"id": revenue.pk, "metadata": {"type": "secondary"}}]},
    )

    kinds = [
        client.get(member(experiment)).json()["saved_metrics"][0]["metadata"]["type"]
        for experiment in (linked, other)
    ]
    assert kinds == ["primary", "secondary"]


GOOD = {"type": "primary"}
BAD_LINKS = {
    "object": ({"id": 1}, "not_a_list"),
    "text": ("1", "not_a_list"),
    "number": (1, "not_a_list"),
    "true": (True, "not_a_list"),
    "element is a number": ([1], "invalid_input"),
    "element is null": ([None], "invalid_input"),
    "element is a list": ([[1]], "invalid_input"),
    "no id": ([{"metadata": GOOD}], "invalid_input"),
    "id is null": ([{"id": None, "metadata": GOOD}], "invalid_input"),
    "id is text": ([{"id": "1", "metadata": GOOD}], "invalid_input"),
    "id is true": ([{"id": True, "metadata": GOOD}], "invalid_input"),
    "id is a fraction": ([{"id": 1.0, "metadata": GOOD}], "invalid_input"),
    "id is a list": ([{"id": [], "metadata": GOOD}], "invalid_input"),
    "id is an object": ([{"id": {}, "metadata": GOOD}], "invalid_input"),
    "id is unknown": ([{"id": 987654, "metadata": GOOD}], "invalid_input"),
    "id is negative": ([{"id": -1, "metadata": GOOD}], "invalid_input"),
    "id is the largest": ([{"id": 2**63 - 1, "metadata": GOOD}], "invalid_input"),
    "id is too large": ([{"id": 2**63, "metadata": GOOD}], "invalid_input"),
    "metadata is null": ([{"id": 1, "metadata": None}], "invalid_input"),
    "metadata is text": ([{"id": 1, "metadata": "primary"}], "invalid_input"),
    "metadata is a list": ([{"id": 1, "metadata": ["type"]}], "invalid_input"),
    "metadata without type": ([{"id": 1, "metadata": {"a": 1}}], "invalid_input"),
}


@in_one_test(("value", "code"), BAD_LINKS.values(), ids=BAD_LINKS.keys())
def test_experiment_saved_metrics__bad_reference_on_create__refused(client, project, value, code):
    response = client.post(collection(project), MINIMAL | {"saved_metrics_ids": value})

    assert_invalid(response, "saved_metrics_ids", code)
    assert everything() == []


@in_one_test(("value", "code"), BAD_LINKS.values(), ids=BAD_LINKS.keys())
def test_experiment_saved_metrics__bad_reference_on_update__refused(client, linked, value, code):
    before = everything()

    response = client.patch(member(linked), {"name": "New", "saved_metrics_ids": value})

    assert_invalid(response, "saved_metrics_ids", code)
    assert everything() == before


def test_experiment_saved_metrics__same_metric_twice__refused(client, linked, revenue):
    before = everything()

    response = client.patch(member(linked), {"saved_metrics_ids": [{"id": revenue.pk}] * 2})

    assert_invalid(response, "saved_metrics_ids")
    assert everything() == before


@in_one_test("method", ["create", "update"])
def test_experiment_saved_metrics__uuid_of_an_inline_metric__refused(
    client, project, experiment, revenue, method
):
    sent = {"saved_metrics_ids": [{"id": revenue.pk, "metadata": {"type": "secondary"}}]}
    sent |= {"metrics": [factories.MEAN_METRIC | {"uuid": "revenue"}]}
    before = everything()

    if method == "create":
        response = client.post(collection(project), MINIMAL | sent)
    else:
        response = client.patch(member(experiment), sent)

    assert_invalid(response, None)
    assert "revenue" in response.json()["detail"]
    assert everything() == before


def test_experiment_saved_metrics__two_with_one_uuid_of_the_past__not_linked_together(
    client, project, experiment, revenue, signups
):
    SavedMetric.objects.update(query=revenue.query)
    sent = [{"id": metric.pk} for metric in (revenue, signups)]

    response = client.patch(member(experiment), {"saved_metrics_ids": sent})

    assert_invalid(response, None)
    assert ExperimentSavedMetric.objects.count() == 0


def test_experiment_saved_metrics__one_uuid_twice_from_the_past__the_rest_may_change(
    client, project, ada, revenue, signups
):
    sent = [{"id": metric.pk} for metric in (revenue, signups)]
    experiment = factories.make_experiment(project, ada, saved_metrics_ids=sent)
    SavedMetric.objects.update(query=revenue.query)

    assert client.patch(member(experiment), {"name": "New"}).status_code == 200


@pytest.mark.parametrize("method", ["create", "update"])
def test_experiment_saved_metrics__of_another_project__refused(
    client, project, linked, foreign_project, mallory, method
):
    foreign = factories.make_saved_metric(foreign_project, mallory)
    sent, before = {"saved_metrics_ids": [{"id": foreign.pk}]}, everything()

    if method == "create":
        response = client.post(collection(project), MINIMAL | sent)
    else:
        response = client.patch(member(linked), sent)

    assert_invalid(response, "saved_metrics_ids")
    assert everything() == before


def test_experiment_saved_metrics__other_field_refused__links_stay(client, linked, signups):
    before = everything()

    response = client.patch(
        member(linked),
        {"saved_metrics_ids": [{"id": signups.pk}], "stats_config": {"method": "guess"}},
    )

    assert_invalid(response, None)
    assert everything() == before
