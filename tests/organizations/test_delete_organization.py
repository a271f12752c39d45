import pytest

from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from tenants.models import Organization, Project
from tests import factories
from tests.assertions import assert_error
from users.models import User


@pytest.fixture
def url(organization):
    return f"/api/organizations/{organization.pk}/"


def test_delete_organization__empty_projects__gone(owner, organization, project, holdout, url):
    response = owner.delete(url)

    assert (response.status_code, response.content) == (204, b"")
    assert not Organization.objects.filter(pk=organization.pk).exists()
    assert not Project.objects.filter(pk=project.pk).exists()
    assert User.objects.filter(email="olga@example.com").exists()
    assert_error(owner.get(url), 404, "not_found")


@pytest.mark.parametrize("kind", ["flag", "experiment"])
def test_delete_organization__project_in_use__conflict(owner, project, ada, url, kind):
    if kind == "flag":
        factories.make_flag(project)
    else:
        experiment = factories.make_experiment(project, ada)
        FeatureFlag.objects.filter(pk=experiment.feature_flag_id).update(deleted=True)

    response = owner.delete(url)

    assert_error(response, 409, "conflict")
    assert "'Shop'" in response.json()["detail"]
    assert Project.objects.filter(pk=project.pk).exists()


def test_delete_organization__only_hidden_things_left__gone(owner, experiment, url):
    Experiment.objects.update(deleted=True)
    FeatureFlag.objects.update(deleted=True)

    assert owner.delete(url).status_code == 204
    assert not Experiment.objects.exists()
    assert not FeatureFlag.objects.exists()


@pytest.mark.parametrize("who", ["client", "admin"])
def test_delete_organization__no_owner__forbidden(request, organization, url, who):
    assert_error(request.getfixturevalue(who).delete(url), 403, "permission_denied")
    assert Organization.objects.filter(pk=organization.pk).exists()


def test_delete_organization__of_others__not_found(outsider, url):
    assert_error(outsider.delete(url), 404, "not_found")


def test_delete_organization__stale_etag__refused(owner, url):
    response = owner.delete(url, headers={"If-Match": '"old"'})

    assert_error(response, 412, "precondition_failed")


def test_delete_organization__nobody__not_authenticated(anonymous, url):
    assert_error(anonymous.delete(url), 401, "not_authenticated")
