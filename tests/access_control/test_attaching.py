import pytest

from experiments.models import Experiment
from tenants.levels import EXPERIMENT, FEATURE_FLAG
from tests import factories
from tests.access_control.refusals import all_rows
from tests.assertions import assert_error, assert_invalid
from tests.experiments.paths import collection

LOW = pytest.mark.parametrize("level", ["none", "viewer"])


@pytest.fixture
def attach(colleague, experiment):
    """Make another experiment on the flag of one that ada made."""

    def attach(**more):
        return colleague.post(
            collection(experiment.project),
            {"name": "Mine", "feature_flag_key": experiment.feature_flag_key} | more,
        )

    return attach


def assert_denied(response) -> None:
    assert_error(response, 403, "permission_denied")
    assert "every experiment that uses it" in response.json()["detail"]


def test_attaching__no_rule__allowed(attach):
    assert attach().status_code == 201


@LOW
def test_attaching__flag_that_one_may_not_change__refused(attach, give, grace, flag, level):
    give(level, to=grace, about=FEATURE_FLAG, row=flag)
    before = all_rows()

    assert_denied(attach())
    assert all_rows() == before


@LOW
def test_attaching__flag_of_an_experiment_one_may_not_change__refused(
    attach, give, grace, experiment, level
):
    give(level, to=grace, row=experiment)
    before = all_rows()

    assert_denied(attach())
    assert_denied(attach(start_date="2024-01-01T00:00:00Z"))
    assert all_rows() == before


@LOW
def test_attaching__settings_of_a_flag_one_may_not_change__not_told_of_it(
    attach, give, grace, flag, level
):
    give(level, to=grace, about=FEATURE_FLAG, row=flag)

    assert_denied(attach(feature_flag={"filters": {"groups": []}}))


def test_attaching__one_of_several_experiments_denied__refused(attach, give, grace, ada, flag):
    denied = factories.make_experiment(flag.project, ada, feature_flag_key=flag.key)
    give("viewer", to=grace, row=denied)

    assert_denied(attach())


def test_attaching__denied_experiment_is_deleted__allowed(attach, give, grace, ada, experiment):
    give("none", to=grace, row=experiment)
    factories.change_experiment(experiment, ada, deleted=True)

    assert attach().status_code == 201


def test_attaching__all_flags_only_viewed_but_one_made_it__allowed(colleague, give, grace, project):
    give("viewer", to=grace, about=FEATURE_FLAG)
    flag = factories.make_flag(project, "own", created_by=grace)

    response = colleague.post(collection(project), {"name": "Mine", "feature_flag_key": "own"})

    assert response.status_code == 201
    assert response.json()["feature_flag"]["id"] == flag.pk


def test_attaching__admin__allowed(admin, give, edith, experiment):
    give("none", about=FEATURE_FLAG, to=edith)

    response = admin.post(
        collection(experiment.project),
        {"name": "Mine", "feature_flag_key": experiment.feature_flag_key},
    )

    assert response.status_code == 201


@LOW
@pytest.mark.parametrize("body", [{}, {"feature_flag_key": "hidden"}], ids=["same", "other"])
def test_attaching__duplicate_on_a_flag_one_may_not_change__refused(
    colleague, give, grace, experiment, level, body
):
    hidden = factories.make_flag(experiment.project, "hidden")
    for flag in (experiment.feature_flag, hidden):
        give(level, to=grace, about=FEATURE_FLAG, row=flag)
    url = f"{collection(experiment.project)}{experiment.pk}/duplicate/"

    assert_denied(colleague.post(url, body))
    assert Experiment.objects.count() == 1


@LOW
def test_attaching__copy_onto_a_flag_there_that_one_may_not_change__refused(
    colleague, give, grace, experiment, sister, level
):
    there = factories.make_flag(sister, experiment.feature_flag_key)
    give(level, to=grace, about=FEATURE_FLAG, row=there, project=sister)
    url = f"{collection(experiment.project)}{experiment.pk}/copy_to_project/"

    assert_denied(colleague.post(url, {"target_team_id": sister.pk}))
    assert Experiment.objects.count() == 1


@pytest.fixture
def _only_this_experiment(give, grace, project, experiment):
    # Whoever sees no experiments sees no holdouts and saved metrics; this experiment they edit.
    give("none", to=grace)
    give("editor", to=grace, row=experiment, about=EXPERIMENT)


@pytest.mark.usefixtures("_only_this_experiment")
def test_attaching__hidden_holdout__does_not_exist(colleague, experiment, holdout):
    url = f"{collection(experiment.project)}{experiment.pk}/"

    response = colleague.patch(url, {"holdout_id": holdout.pk})

    assert_invalid(response, "holdout_id", code="does_not_exist")
    assert Experiment.objects.get().holdout_id is None


@pytest.mark.usefixtures("_only_this_experiment")
def test_attaching__hidden_holdout_that_it_has__may_be_sent_back(
    colleague, experiment, holdout, ada
):
    factories.change_experiment(experiment, ada, holdout=holdout)
    url = f"{collection(experiment.project)}{experiment.pk}/"

    response = colleague.patch(url, {"holdout_id": holdout.pk, "name": "New"})

    assert response.status_code == 200
    assert response.json()["holdout_id"] == holdout.pk


@pytest.mark.usefixtures("_only_this_experiment")
def test_attaching__hidden_saved_metric__unknown(colleague, experiment, saved_metric):
    url = f"{collection(experiment.project)}{experiment.pk}/"
    links = [{"id": saved_metric.pk, "metadata": {"type": "primary"}}]

    response = colleague.patch(url, {"saved_metrics_ids": links})

    assert_invalid(response, "saved_metrics_ids")
    assert colleague.get(url).json()["saved_metrics"] == []


@pytest.mark.usefixtures("_only_this_experiment")
def test_attaching__hidden_saved_metric_that_it_has__may_be_sent_back(
    colleague, experiment, saved_metric, ada
):
    links = [{"id": saved_metric.pk, "metadata": {"type": "primary"}}]
    factories.change_experiment(experiment, ada, saved_metrics_ids=links)
    url = f"{collection(experiment.project)}{experiment.pk}/"

    response = colleague.patch(url, {"saved_metrics_ids": links, "name": "New"})

    assert response.status_code == 200
    assert response.json()["saved_metrics_ids"] == links


def test_attaching__single_saved_metric_denied__unknown(
    colleague, give, grace, experiment, saved_metric
):
    give("none", to=grace, about="experiment_saved_metric", row=saved_metric)
    links = [{"id": saved_metric.pk, "metadata": {"type": "primary"}}]

    response = colleague.post(
        collection(experiment.project),
        {"name": "Mine", "feature_flag_key": "mine", "saved_metrics_ids": links},
    )

    assert_invalid(response, "saved_metrics_ids")


@pytest.fixture
def counting(action):
    """A metric that counts the action."""
    return factories.MEAN_METRIC | {"source": {"kind": "ActionsNode", "id": action.pk}}


def test_attaching__denied_action__unknown(colleague, give, grace, project, action, counting):
    give("none", to=grace, about="action", row=action)
    node = counting["source"]
    body = {"name": "Mine", "feature_flag_key": "mine"}

    for field, value in (
        ("metrics", [counting]),
        ("metrics_secondary", [counting]),
        ("exposure_criteria", {"exposure_config": node}),
    ):
        assert_invalid(colleague.post(collection(project), body | {field: value}), field)
    metrics = f"/api/projects/{project.pk}/experiment_saved_metrics/"
    assert_invalid(colleague.post(metrics, {"name": "Mine", "query": counting}), "query")


def test_attaching__denied_action_that_is_there__may_be_sent_back(
    colleague, give, grace, experiment, action, counting
):
    url = f"{collection(experiment.project)}{experiment.pk}/"
    assert colleague.patch(url, {"metrics": [counting]}).status_code == 200
    give("none", to=grace, about="action", row=action)

    response = colleague.patch(url, {"metrics": [counting], "name": "New"})

    assert (response.status_code, response.json()["name"]) == (200, "New")
