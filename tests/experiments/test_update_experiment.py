from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from experiments.models import Experiment
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection, member, member_by_id
from tests.looping import in_one_test

START = datetime(2024, 1, 1, tzinfo=UTC)


def test_update_experiment__name_and_description__stored_and_shown(client, experiment):
    before = client.get(member(experiment)).json()

    response = client.patch(member(experiment), {"name": "New", "description": "Why"})

    assert response.status_code == 200
    stored = Experiment.objects.get()
    assert (stored.name, stored.description) == ("New", "Why")
    body = response.json()
    assert body.pop("updated_at") > before.pop("updated_at")
    assert body == before | {"name": "New", "description": "Why"}


def test_update_experiment__new_name__flag_keeps_its_own(client, experiment):
    before = experiment.feature_flag.name

    response = client.patch(member(experiment), {"name": "New"})

    assert response.json()["feature_flag"]["name"] == before
    assert response.json()["feature_flag"]["version"] == 1


CHANGES = [
    {"description": None},
    {"description": ""},
    {"end_date": "2030-01-01T00:00:00Z"},
    {"filters": {"events": []}},
    {"parameters": {"effect": 5}},
    {"archived": False},
    {"secondary_metrics": [{"name": "old"}]},
    {"secondary_metrics": None},
    {"exposure_criteria": {"filterTestAccounts": False}},
    {"stats_config": {"method": "frequentist"}},
    {"scheduling_config": {"timeseries": True}},
    {"scheduling_config": None},
    {"conclusion": "lost", "conclusion_comment": "No."},
    {"conclusion": None, "conclusion_comment": None},
    {"conclusion_comment": ""},
    {"exposure_preaggregation_enabled": True},
    {"primary_metrics_ordered_uuids": ["a"], "secondary_metrics_ordered_uuids": []},
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: str(changes)[:40])
@pytest.mark.parametrize("state", ["draft", "running", "stopped"])
def test_update_experiment__what_may_always_change__changes(client, project, ada, state, changes):
    dates = {"start_date": START} if state != "draft" else {}
    dates |= {"end_date": datetime(2024, 2, 1, tzinfo=UTC)} if state == "stopped" else {}
    experiment = factories.make_experiment(project, ada, **dates)

    response = client.patch(member(experiment), changes)

    assert response.status_code == 200
    assert {key: response.json()[key] for key in changes} == changes
    assert {key: client.get(member(experiment)).json()[key] for key in changes} == changes


def test_update_experiment__by_a_colleague__creator_stays(project, grace, ada, experiment):
    colleague = DocumentedClient(factories.make_key(grace))

    response = colleague.patch(member(experiment), {"name": "New"})

    assert response.json()["created_by"]["email"] == ada.email
    assert response.json()["user_access_level"] == "editor"


def test_update_experiment__nothing__answers_the_experiment(client, experiment):
    response = client.patch(member(experiment), {})

    assert response.status_code == 200
    assert response.json()["id"] == experiment.pk


def test_update_experiment__unknown_and_read_only_fields__ignored(client, experiment):
    sent = {"id": 77, "status": "stopped", "created_by": None, "holdout": 1, "nonsense": 1}
    sent |= {"update_feature_flag_params": True, "allow_unknown_events": True}

    response = client.patch(member(experiment), sent)

    assert response.status_code == 200
    assert response.json()["id"] == experiment.pk
    assert response.json()["status"] == "draft"
    assert response.json()["created_by"]["email"] == "ada@example.com"


def test_update_experiment__type_of_a_draft__changes(client, experiment):
    response = client.patch(member(experiment), {"type": "web"})

    assert response.json()["type"] == "web"


FIXED = {
    "feature_flag_key": "another",
    "_create_in_folder": "Elsewhere",
    "type": "web",
}


@in_one_test(("field", "value"), FIXED.items(), ids=FIXED.keys())
def test_update_experiment__another_value_of_a_fixed_field__refused(
    client, running_experiment, field, value
):
    before = everything()

    response = client.patch(member(running_experiment), {"name": "New", field: value})

    assert_invalid(response, field)
    assert everything() == before


@in_one_test("field", ["feature_flag_key", "_create_in_folder"])
def test_update_experiment__another_value_on_a_draft__refused(client, experiment, field):
    before = everything()

    response = client.patch(member(experiment), {field: FIXED[field]})

    assert_invalid(response, field)
    assert everything() == before


@pytest.mark.parametrize(
    "field", ["feature_flag_key", "_create_in_folder", "type", "holdout_id", "parameters"]
)
def test_update_experiment__stored_value_of_a_fixed_field__accepted(
    client, running_experiment, field
):
    stored = client.get(member(running_experiment)).json()

    response = client.patch(member(running_experiment), {field: stored[field]})

    assert response.status_code == 200
    assert response.json()[field] == stored[field]


@in_one_test("properties", [[{"key": "a"}], {"type": "AND", "values": [1]}], ids=str)
def test_update_experiment__filters_by_property__refused(client, experiment, properties):
    before = everything()

    response = client.patch(member(experiment), {"filters": {"properties": properties}})

    assert_invalid(response, None)
    assert everything() == before


@pytest.mark.parametrize("properties", [[], {}, None], ids=str)
def test_update_experiment__filters_without_properties__stored(client, experiment, properties):
    response = client.patch(member(experiment), {"filters": {"properties": properties}})

    assert response.json()["filters"] == {"properties": properties}


def test_update_experiment__stored_filters_by_property_again__accepted(client, project, ada):
    filters = {"properties": [{"key": "of the past"}]}
    experiment = factories.make_experiment(project, ada, filters=filters)

    response = client.patch(member(experiment), {"filters": filters})

    assert response.status_code == 200
    assert response.json()["filters"] == filters


@in_one_test(
    ("changes", "code", "attr"),
    [
        ({"name": None}, "null", "name"),
        ({"name": ""}, "blank", "name"),
        ({"name": "n" * 401}, "max_length", "name"),
        ({"description": "d" * 3001}, "max_length", "description"),
        ({"feature_flag_key": ""}, "blank", "feature_flag_key"),
        ({"feature_flag_key": None}, "null", "feature_flag_key"),
        ({"type": "mobile"}, "invalid_choice", "type"),
        ({"conclusion": ""}, "invalid_choice", "conclusion"),
        ({"archived": None}, "null", "archived"),
        ({"deleted": "perhaps"}, "invalid_input", "deleted"),
        ({"filters": None}, "null", "filters"),
        ({"holdout_id": 987654}, "does_not_exist", "holdout_id"),
        ({"holdout_id": [1]}, "incorrect_type", "holdout_id"),
        ({"archived": "x"}, "invalid_input", "archived"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_update_experiment__bad_field__refused_and_nothing_changed(
    client, experiment, changes, code, attr
):
    before = everything()

    response = client.patch(member(experiment), {"conclusion_comment": "New"} | changes)

    assert_invalid(response, attr, code)
    assert everything() == before


def test_update_experiment__everything_at_once__bounded_queries(client, project, ada, holdout):
    metric = factories.make_saved_metric(project, ada)
    experiment = factories.make_experiment(project, ada, metrics=[factories.MEAN_METRIC])
    client.get(member(experiment))

    with CaptureQueriesContext(connection) as queries:
        response = client.patch(
            member(experiment),
            {
                "name": "New",
                "start_date": "2024-01-01T00:00:00Z",
                "holdout_id": holdout.pk,
                "parameters": {"feature_flag_variants": factories.TWO_VARIANTS},
                "metrics": [factories.MEAN_METRIC, factories.FUNNEL_METRIC],
                "saved_metrics_ids": [{"id": metric.pk, "metadata": {"type": "primary"}}],
            },
        )

    assert response.status_code == 200
    assert len(queries) <= 28


def test_update_experiment__no_key__refused(anonymous, experiment):
    response = anonymous.patch(member(experiment), {"name": "New"})

    assert_error(response, 401, "not_authenticated")


def test_update_experiment__key_that_only_reads__refused(reader, experiment):
    before = everything()

    response = reader.patch(member(experiment), {"name": "New"})

    assert_error(response, 403, "permission_denied")
    assert everything() == before


def test_update_experiment__foreign_project__refused(outsider, experiment):
    before = everything()

    response = outsider.patch(member(experiment), {"name": "New"})

    assert_error(response, 403, "permission_denied")
    assert everything() == before


def test_update_experiment__of_another_project__not_found(
    client, project, foreign_project, mallory
):
    foreign = factories.make_experiment(foreign_project, mallory)
    before = everything()

    response = client.patch(member_by_id(project, foreign.pk), {"name": "New"})

    assert_error(response, 404, "not_found")
    assert everything() == before


@in_one_test("reference", [987654, "abc", 9999999999999999999])
def test_update_experiment__unknown_id__not_found(client, project, experiment, reference):
    response = client.patch(member_by_id(project, reference), {"name": "New"})

    assert_error(response, 404, "not_found")


@in_one_test("reference", ["987654", "abc"])
def test_update_experiment__unknown_project__not_found(client, experiment, reference):
    response = client.patch(f"{collection(reference)}{experiment.pk}/", {"name": "New"})

    assert_error(response, 404, "not_found")
