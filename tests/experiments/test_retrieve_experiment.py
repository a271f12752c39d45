import pytest

from experiments.models import Experiment
from tests import factories
from tests.assertions import assert_error
from tests.experiments.paths import collection, member, member_by_id
from tests.looping import in_one_test


def test_retrieve_experiment__with_everything__shown(client, project, ada, holdout, saved_metric):
    created = client.post(
        collection(project),
        {
            "name": "Checkout",
            "feature_flag_key": "checkout",
            "holdout_id": holdout.pk,
            "metrics": [factories.MEAN_METRIC],
            "saved_metrics_ids": [{"id": saved_metric.pk, "metadata": {"type": "secondary"}}],
        },
    )
    experiment = Experiment.objects.get()

    response = client.get(member(experiment))

    assert response.status_code == 200
    assert response.json() == created.json()
    body = response.json()
    assert (body["id"], body["name"]) == (experiment.pk, experiment.name)
    assert body["feature_flag"]["id"] == experiment.feature_flag_id
    assert body["metrics"] == experiment.metrics
    assert [link["saved_metric"] for link in body["saved_metrics"]] == [saved_metric.pk]


def test_retrieve_experiment__creator__nine_members(client, experiment, ada):
    response = client.get(member(experiment))

    assert response.json()["created_by"] == {
        "id": ada.pk,
        "uuid": str(ada.uuid),
        "distinct_id": ada.distinct_id,
        "first_name": "",
        "last_name": "",
        "email": "ada@example.com",
        "is_email_verified": None,
        "hedgehog_config": None,
        "role_at_organization": None,
    }


def test_retrieve_experiment__holdout__shown_as_the_holdout_itself(
    client, project, running_experiment, holdout
):
    response = client.get(member(running_experiment))

    shown = client.get(f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/").json()
    assert response.json()["holdout"] == shown


def test_retrieve_experiment__creator_is_gone__null(client, experiment):
    Experiment.objects.update(created_by=None)

    response = client.get(member(experiment))

    assert response.json()["created_by"] is None


def test_retrieve_experiment__archived__shown(client, project, ada):
    experiment = factories.make_experiment(project, ada, archived=True)

    response = client.get(member(experiment))

    assert response.status_code == 200
    assert response.json()["archived"] is True


def test_retrieve_experiment__key_of_a_colleague__editor(reader, experiment):
    response = reader.get(member(experiment))

    assert response.json()["user_access_level"] == "editor"


def test_retrieve_experiment__metrics_null__shown_null(client, experiment):
    Experiment.objects.update(metrics=None, metrics_secondary=None)

    response = client.get(member(experiment))

    assert response.json()["metrics"] is None
    assert response.json()["metrics_secondary"] is None


@pytest.mark.parametrize(
    "template",
    ["/api/projects/{}/experiments/{}", "/api/environments/{}/experiments/{}/"],
)
def test_retrieve_experiment__other_spelling_of_the_path__same_answer(client, experiment, template):
    response = client.get(template.format(experiment.project_id, experiment.pk))

    assert response.json() == client.get(member(experiment)).json()


def test_retrieve_experiment__no_key__refused(anonymous, experiment):
    response = anonymous.get(member(experiment))

    assert_error(response, 401, "not_authenticated")


def test_retrieve_experiment__foreign_project__refused(outsider, experiment):
    response = outsider.get(member(experiment))

    assert_error(response, 403, "permission_denied")


def test_retrieve_experiment__of_another_project__not_found(
    client, project, foreign_project, mallory
):
    foreign = factories.make_experiment(foreign_project, mallory)

    response = client.get(member_by_id(project, foreign.pk))

    assert_error(response, 404, "not_found")


@in_one_test("reference", [987654, "abc", 9999999999999999999, "1_0", "-1", "٣"])
def test_retrieve_experiment__unknown_id__not_found(client, project, experiment, reference):
    response = client.get(member_by_id(project, reference))

    assert_error(response, 404, "not_found")


def test_retrieve_experiment__deleted__not_found(client, project, ada):
    experiment = factories.make_experiment(project, ada, deleted=True)

    response = client.get(member(experiment))

    assert_error(response, 404, "not_found")
