import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection

MINIMAL = {"name": "Checkout", "feature_flag_key": "checkout"}


def test_create_experiment__name_and_key__draft_with_defaults(client, project, ada):
    response = client.post(collection(project), MINIMAL)

    assert response.status_code == 201
    experiment, flag = Experiment.objects.get(), FeatureFlag.objects.get()
    assert (experiment.project, experiment.created_by) == (project, ada)
    assert (experiment.feature_flag, experiment.status) == (flag, "draft")
    body = response.json()
    assert body.pop("created_at") == body.pop("updated_at") == _wire(experiment.created_at)
    assert body.pop("created_by")["email"] == ada.email
    assert body.pop("feature_flag")["id"] == flag.pk
    assert body == EXPECTED | {"id": experiment.pk}


EXPECTED = {
    "name": "Checkout",
    "description": "",
    "start_date": None,
    "end_date": None,
    "feature_flag_key": "checkout",
    "holdout": None,
    "holdout_id": None,
    "exposure_cohort": None,
    "parameters": None,
    "secondary_metrics": [],
    "saved_metrics": [],
    "saved_metrics_ids": [],
    "filters": {},
    "archived": False,
    "deleted": False,
    "type": "product",
    "exposure_criteria": {"filterTestAccounts": True},
    "metrics": [],
    "metrics_secondary": [],
    "stats_config": {"method": "bayesian"},
    "scheduling_config": None,
    "_create_in_folder": None,
    "conclusion": None,
    "conclusion_comment": None,
    "primary_metrics_ordered_uuids": None,
    "secondary_metrics_ordered_uuids": None,
    "exposure_preaggregation_enabled": False,
    "status": "draft",
    "user_access_level": "manager",
}


def test_create_experiment__any__keys_in_the_order_of_the_page(client, project):
    response = client.post(collection(project), MINIMAL)

    assert " ".join(response.json()) == (
        "id name description start_date end_date feature_flag_key feature_flag holdout holdout_id "
        "exposure_cohort parameters secondary_metrics saved_metrics saved_metrics_ids filters "
        "archived deleted created_by created_at updated_at type exposure_criteria metrics "
        "metrics_secondary stats_config scheduling_config _create_in_folder conclusion "
        "conclusion_comment primary_metrics_ordered_uuids secondary_metrics_ordered_uuids "
        "exposure_preaggregation_enabled status user_access_level"
    )


def test_create_experiment__every_plain_field__stored_and_shown(client, project):
    sent = MINIMAL | {
        "description": "Does a shorter checkout sell more?",
        "start_date": "2024-02-10T00:00:00Z",
        "end_date": "2024-03-10T00:00:00Z",
        "parameters": {"minimum_detectable_effect": 12, "variant_notes": {"test": "red"}},
        "secondary_metrics": [{"name": "of the past", "filters": {"events": []}}],
        "filters": {"events": [{"id": "$pageview"}]},
        "type": "web",
        "exposure_criteria": {"filterTestAccounts": False, "note": 1},
        "stats_config": {"method": "frequentist", "version": 2},
        "scheduling_config": {"timeseries": True},
        "_create_in_folder": "Experiments/2024",
        "conclusion": "won",
        "conclusion_comment": "It does.",
        "exposure_preaggregation_enabled": True,
    }

    response = client.post(collection(project), sent)

    assert response.status_code == 201
    assert {key: response.json()[key] for key in sent} == sent
    row = Experiment.objects.values().get()
    stored_as_sent = sent.keys() - {"feature_flag_key", "_create_in_folder"}
    for key in stored_as_sent - {"start_date", "end_date"}:
        assert row[key] == sent[key]
    assert row["folder"] == "Experiments/2024"
    assert row["status"] == "stopped"


@pytest.mark.parametrize("field", ["archived", "deleted"])
def test_create_experiment__put_away_at_once__stored_so(client, project, field):
    response = client.post(collection(project), MINIMAL | {field: True})

    assert response.status_code == 201
    assert response.json()[field] is True
    assert Experiment.objects.values_list(field, flat=True).get() is True


NULLABLE = [
    "description",
    "start_date",
    "end_date",
    "holdout_id",
    "parameters",
    "secondary_metrics",
    "type",
    "metrics",
    "metrics_secondary",
    "scheduling_config",
    "_create_in_folder",
    "conclusion",
    "conclusion_comment",
    "primary_metrics_ordered_uuids",
    "secondary_metrics_ordered_uuids",
]


@pytest.mark.parametrize("field", NULLABLE)
def test_create_experiment__null__stays_null(client, project, field):
    response = client.post(collection(project), MINIMAL | {field: None})

    assert response.status_code == 201
    assert response.json()[field] is None


@pytest.mark.parametrize(
    "field", ["deleted", "saved_metrics_ids", "exposure_criteria", "stats_config"]
)
def test_create_experiment__null_where_a_default_stands__default(client, project, field):
    response = client.post(collection(project), MINIMAL | {field: None})

    assert response.status_code == 201
    assert response.json()[field] == EXPECTED[field]


@pytest.mark.parametrize("conclusion", ["won", "lost", "inconclusive", "stopped_early", "invalid"])
def test_create_experiment__known_conclusion__stored(client, project, conclusion):
    response = client.post(collection(project), MINIMAL | {"conclusion": conclusion})

    assert response.json()["conclusion"] == conclusion


def test_create_experiment__longest_texts__stored(client, project):
    sent = {"name": "n" * 400, "description": "d" * 3000, "conclusion_comment": "c" * 9000}

    response = client.post(collection(project), MINIMAL | sent)

    assert response.status_code == 201
    assert {key: response.json()[key] for key in sent} == sent


def test_create_experiment__space_around_texts__trimmed(client, project):
    response = client.post(
        collection(project), {"name": "  Checkout ", "feature_flag_key": " checkout\n"}
    )

    assert response.json()["name"] == "Checkout"
    assert response.json()["feature_flag_key"] == "checkout"


def test_create_experiment__fields_only_the_server_sets__ignored(client, project, ada):
    sent = {"id": 77, "status": "running", "created_by": None, "exposure_cohort": 5, "holdout": 1}
    sent |= {"created_at": "2000-01-01", "updated_at": 3, "feature_flag": {"id": 1}}
    sent |= {"user_access_level": "none", "saved_metrics": [{}], "project": 9, "team_id": 9}

    response = client.post(collection(project), MINIMAL | sent)

    assert response.status_code == 201
    assert response.json()["id"] != 77
    assert response.json()["created_at"] > "2024"
    assert response.json()["created_by"]["email"] == ada.email
    assert {key: response.json()[key] for key in ("status", "exposure_cohort", "holdout")} == {
        "status": "draft",
        "exposure_cohort": None,
        "holdout": None,
    }
    assert Experiment.objects.get().project == project


def test_create_experiment__fields_of_newer_clients__ignored(client, project):
    sent = {"allow_unknown_events": True, "update_feature_flag_params": True, "nonsense": [1]}

    response = client.post(collection(project), MINIMAL | sent)

    assert response.status_code == 201
    assert not sent.keys() & response.json().keys()


@pytest.mark.parametrize(
    "path", ["/api/projects/{}/experiments", "/api/environments/{}/experiments/"]
)
def test_create_experiment__other_spelling_of_the_path__created(client, project, path):
    response = client.post(path.format(project.pk), MINIMAL)

    assert response.status_code == 201
    assert Experiment.objects.get().project == project


@pytest.mark.parametrize(
    ("changes", "code", "attr"),
    [
        ({"name": None}, "null", "name"),
        ({"name": "  "}, "blank", "name"),
        ({"name": "n" * 401}, "max_length", "name"),
        ({"description": "d" * 3001}, "max_length", "description"),
        ({"feature_flag_key": None}, "null", "feature_flag_key"),
        ({"feature_flag_key": ""}, "blank", "feature_flag_key"),
        ({"type": "mobile"}, "invalid_choice", "type"),
        ({"type": ""}, "invalid_choice", "type"),
        ({"conclusion": "draw"}, "invalid_choice", "conclusion"),
        ({"filters": None}, "null", "filters"),
        ({"filters": []}, "not_a_dict", "filters"),
        ({"parameters": []}, "not_a_dict", "parameters"),
        ({"scheduling_config": "x"}, "not_a_dict", "scheduling_config"),
        ({"archived": None}, "null", "archived"),
        ({"archived": "perhaps"}, "invalid_input", "archived"),
        ({"holdout_id": 987654}, "does_not_exist", "holdout_id"),
        ({"holdout_id": "x"}, "incorrect_type", "holdout_id"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_create_experiment__bad_field__refused_and_nothing_left(
    client, project, changes, code, attr
):
    response = client.post(collection(project), MINIMAL | changes)

    assert_invalid(response, attr, code)
    assert everything() == []


@pytest.mark.parametrize("field", ["name", "feature_flag_key"])
def test_create_experiment__required_field_missing__refused(client, project, field):
    response = client.post(
        collection(project), {key: value for key, value in MINIMAL.items() if key != field}
    )

    assert_invalid(response, field, "required")
    assert everything() == []


def test_create_experiment__several_bad_fields__first_one_reported(client, project):
    response = client.post(collection(project), {"conclusion": "draw", "metrics": 1})

    assert_invalid(response, "name", "required")


def test_create_experiment__no_key__refused(anonymous, project):
    response = anonymous.post(collection(project), MINIMAL)

    assert_error(response, 401, "not_authenticated")
    assert everything() == []


def test_create_experiment__key_that_only_reads__refused(reader, project):
    response = reader.post(collection(project), MINIMAL)

    assert_error(response, 403, "permission_denied")
    assert everything() == []


def test_create_experiment__foreign_project__refused(outsider, project):
    response = outsider.post(collection(project), MINIMAL)

    assert_error(response, 403, "permission_denied")
    assert everything() == []


@pytest.mark.parametrize("reference", ["987654", "abc", "9999999999999999999"])
def test_create_experiment__unknown_project__not_found(client, reference):
    response = client.post(collection(reference), MINIMAL)

    assert_error(response, 404, "not_found")


def test_create_experiment__holdout_of_another_project__refused(
    client, project, foreign_project, mallory
):
    foreign = factories.make_holdout(foreign_project, mallory)

    response = client.post(collection(project), MINIMAL | {"holdout_id": foreign.pk})

    assert_invalid(response, "holdout_id", "does_not_exist")
    assert everything() == []


def _wire(moment) -> str:
    return moment.isoformat().replace("+00:00", "Z")
