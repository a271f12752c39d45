import pytest

from activity.models import ActivityLog
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout
from tenants.models import Project
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient


@pytest.fixture
def url(project):
    return f"/api/organizations/{project.organization_id}/projects/{project.pk}/"


def test_delete_project__nothing_lives_in_it__gone_and_told(
    admin, organization, project, holdout, url
):
    response = admin.delete(url)

    assert (response.status_code, response.content) == (204, b"")
    assert not Project.objects.exists()
    assert not Holdout.objects.exists()
    assert not ActivityLog.objects.filter(project=project.pk).exists()
    [entry] = admin.get(f"/api/organizations/{organization.pk}/activity_log/").json()["results"]
    assert (entry["scope"], entry["activity"]) == ("Project", "deleted")
    assert (entry["item_id"], entry["detail"]["name"]) == (str(project.pk), "Shop")


def test_delete_project__where_someone_is__they_are_elsewhere(admin, ada, client, project, url):
    ada.current_project = project
    ada.save(update_fields=["current_project"])

    admin.delete(url)

    assert client.get("/api/users/@me/").json()["team"] is None


def test_delete_project__flag_in_it__conflict(admin, project, url):
    factories.make_flag(project)

    response = admin.delete(url)

    assert_error(response, 409, "conflict")
    assert Project.objects.filter(pk=project.pk).exists()


def test_delete_project__experiment_in_it__conflict(admin, experiment, url):
    assert_error(admin.delete(url), 409, "conflict")
    assert Experiment.objects.exists()


def test_delete_project__only_hidden_things_left__gone(admin, running_experiment, url):
    Experiment.objects.update(deleted=True)
    FeatureFlag.objects.update(deleted=True)

    assert admin.delete(url).status_code == 204
    assert not Experiment.objects.exists()


def test_delete_project__stale_etag__refused(admin, url):
    assert_error(admin.delete(url, headers={"If-Match": '"old"'}), 412, "precondition_failed")


def test_delete_project__member__forbidden(client, url):
    assert_error(client.delete(url), 403, "permission_denied")


def test_delete_project__at_the_root__refused(admin, project):
    assert_error(admin.delete(f"/api/projects/{project.pk}/"), 403, "permission_denied")


def test_delete_project__nobody__not_authenticated(anonymous, url):
    assert_error(anonymous.delete(url), 401, "not_authenticated")


def test_delete_project__key_that_may_only_read__forbidden(edith, url):
    client = DocumentedClient(factories.make_key(edith, "project:read"))

    assert_error(client.delete(url), 403, "permission_denied")
