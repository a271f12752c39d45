"""What is left of large projects and organizations goes in portions, whoever stops."""

import time

import pytest

from approvals.models import ChangeRequest
from cohorts.models import Cohort, CohortMember
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from organizations.models import OrganizationInvite
from organizations.services.deletion import PORTION
from tenants.models import Membership, Organization, Project
from tests import factories
from tests.approvals.concurrency import at_once, held_elsewhere
from tests.assertions import assert_error
from tests.organizations.large import ENTRIES, finish, left


def test_finish_deletions__large_project__nothing_left(deleted):
    assert int(finish().split()[0]) >= ENTRIES - PORTION

    assert not Project.all_objects.filter(pk=deleted.pk).exists()
    assert left(deleted) == 0
    assert not Experiment.objects.exists()
    assert not FeatureFlag.objects.exists()
    assert finish() == "0 rows deleted"


def test_finish_deletions__another_project__stays(deleted, foreign_project, mallory):
    factories.make_experiment(foreign_project, mallory)
    entries = left(foreign_project)

    finish()

    assert Experiment.objects.filter(project=foreign_project).count() == 1
    assert left(foreign_project) == entries


def test_finish_deletions__stopped_in_the_middle__the_next_goes_on(deleted, monkeypatch):
    def stop(seconds):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(time, "sleep", stop)
        with pytest.raises(KeyboardInterrupt):
            finish()
    assert 0 < left(deleted) <= ENTRIES - PORTION

    finish()

    assert not Project.all_objects.filter(pk=deleted.pk).exists()


def test_finish_deletions__row_with_many_rows_below__in_portions(admin, project, project_url, ada):
    cohort = Cohort.objects.create(project=project, name="Everybody", is_static=True)
    CohortMember.objects.bulk_create(
        CohortMember(cohort=cohort, project_id=project.pk, person=number)
        for number in range(2 * PORTION)
    )

    admin.delete(project_url)
    assert CohortMember.objects.count() >= PORTION

    finish()
    assert not Cohort.objects.exists()


def test_finish_deletions__written_meanwhile__goes_as_well(deleted, ada):
    # By a request that was under way when the project was deleted.
    factories.make_holdout(deleted, ada)

    finish()

    assert not Project.all_objects.filter(pk=deleted.pk).exists()


def test_delete_organization__large_project__hidden_at_once(owner, large, client):
    url = f"/api/organizations/{large.organization_id}/"

    assert owner.delete(url).status_code == 204

    assert Organization.all_objects.filter(pk=large.organization_id).exists()
    assert_error(owner.get(url), 404, "not_found")
    assert owner.get("/api/organizations/").json()["results"] == []
    assert_error(client.get(f"/api/projects/{large.pk}/experiments/"), 404, "not_found")
    assert not Membership.objects.filter(organization=large.organization_id).exists()


def test_delete_organization__large__slug_is_free(owner, large, organization):
    owner.delete(f"/api/organizations/{organization.pk}/")

    made = owner.post("/api/organizations/", {"name": organization.name})
    assert made.json()["slug"] == organization.slug


def test_delete_organization__large__invitation_is_gone(owner, large, outsider, mallory):
    url = f"/api/organizations/{large.organization_id}/"
    owner.post(f"{url}invites/", {"target_email": mallory.email})

    owner.delete(url)

    assert not OrganizationInvite.objects.exists()


def test_finish_deletions__large_organization__nothing_left(owner, large):
    owner.delete(f"/api/organizations/{large.organization_id}/")

    finish()

    assert not Organization.all_objects.filter(pk=large.organization_id).exists()
    assert not Project.all_objects.filter(pk=large.pk).exists()
    assert not ChangeRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_many_writers")
def test_finish_deletions__two_at_once__each_row_once(deleted):
    rows = left(deleted)

    told = at_once(finish, finish)

    assert not Project.all_objects.filter(pk=deleted.pk).exists()
    assert rows <= sum(int(each.split()[0]) for each in told) <= rows + 10


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_many_writers")
def test_finish_deletions__somebody_is_at_it__not_waited_for(deleted):
    def lock():
        return Project.all_objects.select_for_update().get(pk=deleted.pk)

    with held_elsewhere(lock):
        assert finish() == "0 rows deleted"
