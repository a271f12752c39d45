from tests import factories
from tests.assertions import assert_invalid
from tests.experiments.database_rows import everything
from tests.experiments.lifecycle import make_running, make_stopped, step
from tests.experiments.paths import member

OTHERS = [{"key": "control", "rollout_percentage": 90}, {"key": "a", "rollout_percentage": 10}]


def test_experiments_on_one_flag__split_through_a_draft__only_when_asked_for(client, project, ada):
    running = make_running(project, ada)
    draft = factories.make_experiment(project, ada, feature_flag_key=running.feature_flag.key)
    changes = {"parameters": {"rollout_percentage": 5}}
    before = everything()

    refused = client.patch(member(draft), changes)

    assert_invalid(refused, "parameters")
    assert everything() == before
    accepted = client.patch(member(draft), changes | {"update_feature_flag_params": True})
    assert accepted.json()["feature_flag"]["filters"]["groups"][0]["rollout_percentage"] == 5


def test_experiments_on_one_flag__shipped_flag_sent_as_served__plan_kept(client, project, ada):
    planned = {"feature_flag_variants": factories.TWO_VARIANTS}
    experiment = make_stopped(project, ada, parameters=planned)
    shipped = client.post(step(experiment, "ship_variant"), {"variant_key": "test"}).json()
    variants = shipped["feature_flag"]["filters"]["multivariate"]["variants"]

    response = client.patch(
        member(experiment),
        {"feature_flag": {"filters": {"multivariate": {"variants": variants}}}},
    )

    assert response.json()["parameters"] == planned


def test_experiments_on_one_flag__through_a_draft__fixed_too(client, project, ada):
    running = make_running(project, ada)
    draft = factories.make_experiment(project, ada, feature_flag_key=running.feature_flag.key)

    response = client.patch(member(draft), {"parameters": {"feature_flag_variants": OTHERS}})

    assert_invalid(response, "parameters")


def test_duplicate_experiment__key_is_null__on_the_same_flag(client, experiment):
    response = client.post(step(experiment, "duplicate"), {"feature_flag_key": None})

    assert response.json()["feature_flag"]["id"] == experiment.feature_flag_id
