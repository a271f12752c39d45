import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tenants.models import Membership
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test


@pytest.fixture
def theirs(foreign_project, mallory) -> dict[str, object]:
    """Return the ids of one row of each kind that belongs to somebody else."""
    experiment = factories.make_experiment(foreign_project, mallory)
    return {
        "experiments": experiment.pk,
        "feature_flags": experiment.feature_flag_id,
        "experiment_holdouts": factories.make_holdout(foreign_project, mallory).pk,
        "experiment_saved_metrics": factories.make_saved_metric(foreign_project, mallory).pk,
        "project": foreign_project.pk,
        "organization": str(foreign_project.organization_id),
        "user": str(mallory.uuid),
    }


@pytest.fixture
def browser(organization) -> DocumentedClient:
    browser = DocumentedClient()
    browser.force_login(
        factories.make_user("edith@example.com", organization, Membership.Level.OWNER)
    )
    return browser


@in_one_test("method", ["get", "put", "patch", "delete"])
@in_one_test(
    "resource", ["experiments", "feature_flags", "experiment_holdouts", "experiment_saved_metrics"]
)
def test_foreign_id__in_our_path__not_found(client, project, theirs, resource, method):
    path = f"/api/projects/{project.pk}/{resource}/{theirs[resource]}/"

    response = getattr(client, method)(path)

    if (method, response.status_code) == ("delete", 405):
        # Where nothing can be deleted the id is not even looked at.
        assert response.content == b""
        return
    assert_error(response, 404, "not_found")


@in_one_test(
    ("name", "kind"),
    [("holdout_id", "experiment_holdouts"), ("saved_metrics_ids", "experiment_saved_metrics")],
)
def test_foreign_id__in_an_experiment__refused_as_unknown(client, project, theirs, name, kind):
    own = theirs[kind] if name == "holdout_id" else [{"id": theirs[kind]}]
    before = Experiment.objects.count()

    response = client.post(
        f"/api/projects/{project.pk}/experiments/",
        {"name": "Mine", "feature_flag_key": "mine", name: own},
    )

    assert response.status_code == 400
    assert Experiment.objects.count() == before


def test_foreign_id__flag_key_of_another_project__a_flag_of_our_own(client, project, theirs):
    key = FeatureFlag.objects.get(pk=theirs["feature_flags"]).key

    response = client.post(
        f"/api/projects/{project.pk}/experiments/", {"name": "Mine", "feature_flag_key": key}
    )

    assert response.status_code == 201
    assert response.json()["feature_flag"]["id"] != theirs["feature_flags"]


def test_foreign_id__target_of_a_copy__not_found(client, project, ada, theirs):
    experiment = factories.make_experiment(project, ada)

    response = client.post(
        f"/api/projects/{project.pk}/experiments/{experiment.pk}/copy_to_project/",
        {"target_team_id": theirs["project"]},
    )

    assert response.status_code in (403, 404)


@in_one_test(
    ("path", "body"),
    [
        pytest.param(
            "/api/personal_api_keys/",
            lambda theirs: {"scoped_teams": [theirs["project"]], "scoped_organizations": []},
            id="key for a project",
        ),
        pytest.param(
            "/api/personal_api_keys/",
            lambda theirs: {"scoped_teams": [], "scoped_organizations": [theirs["organization"]]},
            id="key for an organization",
        ),
    ],
)
def test_foreign_id__in_a_body__refused(browser, project, theirs, path, body):
    values = {"label": "ci", "scopes": ["*"]} | body(theirs)

    assert browser.post(path.format(project=project.pk), values).status_code == 400


@in_one_test("name", ["set_current_team", "set_current_organization"])
def test_foreign_id__to_work_in__refused_as_unknown(client, theirs, name):
    wanted = theirs["project" if name == "set_current_team" else "organization"]

    assert_error(client.patch("/api/users/@me/", {name: wanted}), 400, "does_not_exist", name)


def test_foreign_id__member_of_a_role__refused_as_unknown(browser, organization, theirs):
    roles = f"/api/organizations/{organization.pk}/roles/"
    role = browser.post(roles, {"name": "Reviewers"}).json()["id"]

    response = browser.post(f"{roles}{role}/role_memberships/", {"user_uuid": theirs["user"]})

    assert_error(response, 400, "does_not_exist", "user_uuid")
