"""Conditions of cohorts on actions."""

import pytest

from actions.models import Action
from cohorts.models import Cohort
from tenants.models import AccessControl
from tests import factories
from tests.assertions import assert_invalid
from tests.client import DocumentedClient
from tests.cohorts.definitions import behavior, definition


@pytest.fixture
def paid(project):
    return Action.objects.create(project=project, name="Paid", steps=[])


def did(action_id):
    return definition(behavior(event_type="actions", key=action_id))


@pytest.mark.parametrize("form", [int, str])
def test_cohort__action_of_the_project__stored(make, paid, form):
    condition = behavior(event_type="actions", key=form(paid.pk))

    assert make(condition)["cohort_type"] == "behavioral"


@pytest.mark.parametrize("key", [10**9, "999", "Paid", "0", "-1", 10**30])
def test_cohort__no_such_action__refused(client, url, paid, key):
    assert_invalid(client.post(url, {"name": "Did", "filters": did(key)}), "filters")
    assert not Cohort.objects.exists()


def test_cohort__deleted_action__refused(client, url, paid):
    Action.objects.update(deleted=True)

    assert_invalid(client.post(url, {"name": "Did", "filters": did(paid.pk)}), "filters")


def test_cohort__foreign_action__refused(client, url, foreign_project):
    foreign = Action.objects.create(project=foreign_project, name="Paid", steps=[])

    assert_invalid(client.post(url, {"name": "Did", "filters": did(foreign.pk)}), "filters")


def test_cohort__action_that_is_denied_the_caller__refused(url, project, grace, paid):
    AccessControl.objects.create(
        project=project, resource="action", resource_id=str(paid.pk), access_level="none"
    )
    other = DocumentedClient(factories.make_key(grace))

    assert_invalid(other.post(url, {"name": "Did", "filters": did(paid.pk)}), "filters")


def test_update_cohort__other_action_that_is_missing__refused(client, url, make, paid):
    found = make(behavior(event_type="actions", key=paid.pk))

    assert_invalid(client.patch(f"{url}{found['id']}/", {"filters": did(999)}), "filters")


def test_update_cohort__action_deleted_since__may_stay(client, url, make, paid):
    found = make(behavior(event_type="actions", key=paid.pk))
    Action.objects.update(deleted=True)

    response = client.patch(f"{url}{found['id']}/", {"filters": found["filters"]})

    assert response.status_code == 200
