import pytest

from experiments.models import Experiment
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.paths import member, member_by_id
from tests.looping import in_one_test

FORM = "application/x-www-form-urlencoded"


def test_replace_experiment__name_and_key__name_changes_and_the_rest_stays(
    client, project, ada, saved_metric
):
    experiment = factories.make_experiment(
        project,
        ada,
        description="Why",
        archived=True,
        metrics=[factories.MEAN_METRIC],
        saved_metrics_ids=[{"id": saved_metric.pk}],
    )
    before = client.get(member(experiment)).json()

    response = client.put(
        member(experiment), {"name": "New", "feature_flag_key": experiment.feature_flag.key}
    )

    assert response.status_code == 200
    assert Experiment.objects.get().name == "New"
    body = response.json()
    assert body.pop("updated_at") > before.pop("updated_at")
    assert body == before | {"name": "New"}


@pytest.mark.parametrize("state", ["draft", "running", "stopped"])
def test_replace_experiment__what_was_read__nothing_changes(
    client, project, ada, holdout, saved_metric, state
):
    dates = {"draft": [], "running": ["start_date"], "stopped": ["start_date", "end_date"]}
    experiment = factories.make_experiment(
        project,
        ada,
        holdout=holdout,
        parameters={"feature_flag_variants": factories.TWO_VARIANTS, "rollout_percentage": 20},
        metrics=[factories.MEAN_METRIC],
        metrics_secondary=[factories.FUNNEL_METRIC],
        saved_metrics_ids=[{"id": saved_metric.pk, "metadata": {"type": "secondary"}}],
        type="web",
        folder="Growth",
        exposure_preaggregation_enabled=True,
    )
    moments = {"start_date": "2024-01-01T00:00:00Z", "end_date": "2024-02-01T00:00:00Z"}
    client.patch(member(experiment), {key: moments[key] for key in dates[state]})
    read = client.get(member(experiment)).json()

    response = client.put(member(experiment), read)

    assert response.status_code == 200
    # New links, and a draft's flag was written again.
    assert _settings(response.json()) == _settings(read)


@in_one_test("missing", ["name", "feature_flag_key"])
def test_replace_experiment__required_field_missing__refused(client, experiment, missing):
    before = everything()
    sent = {"name": "New", "feature_flag_key": experiment.feature_flag.key}
    del sent[missing]

    response = client.put(member(experiment), sent)

    assert_invalid(response, missing, "required")
    assert everything() == before


def test_replace_experiment__another_key__refused(client, experiment):
    before = everything()

    response = client.put(member(experiment), {"name": "New", "feature_flag_key": "another"})

    assert_invalid(response, "feature_flag_key")
    assert everything() == before


def test_replace_experiment__form__what_it_leaves_out_stays(client, project, ada):
    experiment = factories.make_experiment(
        project,
        ada,
        description="Why",
        archived=True,
        conclusion="won",
        exposure_preaggregation_enabled=True,
        parameters={"effect": 5},
        feature_flag_key="checkout",
    )
    before = client.get(member(experiment)).json()

    response = client.put(
        member(experiment), b"name=New&feature_flag_key=checkout", content_type=FORM
    )

    assert response.status_code == 200
    body = response.json()
    assert body.pop("updated_at") > before.pop("updated_at")
    assert body == before | {"name": "New"}


def test_replace_experiment__deleted_false__restored(client, project, ada):
    experiment = factories.make_experiment(project, ada, deleted=True)
    sent = {"name": "New", "feature_flag_key": experiment.feature_flag.key, "deleted": False}

    response = client.put(member(experiment), sent)

    assert response.status_code == 200
    assert response.json()["deleted"] is False


def test_replace_experiment__no_key__refused(anonymous, experiment):
    response = anonymous.put(member(experiment), {})

    assert_error(response, 401, "not_authenticated")


def test_replace_experiment__key_that_only_reads__refused(reader, experiment):
    response = reader.put(member(experiment), {})

    assert_error(response, 403, "permission_denied")


def test_replace_experiment__foreign_project__refused(outsider, experiment):
    response = outsider.put(member(experiment), {})

    assert_error(response, 403, "permission_denied")


@in_one_test("reference", [987654, "abc", 9999999999999999999])
def test_replace_experiment__unknown_id__not_found(client, project, experiment, reference):
    response = client.put(
        member_by_id(project, reference), {"name": "New", "feature_flag_key": "a"}
    )

    assert_error(response, 404, "not_found")


def _settings(shown: dict) -> dict:
    body = {key: shown[key] for key in shown.keys() - {"updated_at", "saved_metrics"}}
    body["feature_flag"] = body["feature_flag"] | {"version": None}
    return body
