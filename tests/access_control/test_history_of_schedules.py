"""What was scheduled for a flag is told to those who may know of the flag."""

import pytest

from feature_flags.models import FeatureFlag
from tests import factories
from tests.client import DocumentedClient

ROUTES = {
    "project": "activity_log/",
    "item": "activity_log/?item_id={flag}",
    "scope": "activity_log/?scope=FeatureFlag",
    "person": "activity_log/?user={scheduler}",
    "scopes": "activity_log/?scopes=FeatureFlag,Experiment",
}


@pytest.fixture
def scheduler(grace) -> DocumentedClient:
    return DocumentedClient(factories.make_key(grace))


@pytest.fixture
def heidi(organization):
    return factories.make_user("heidi@example.com", organization)


@pytest.fixture
def maker(heidi) -> DocumentedClient:
    return DocumentedClient(factories.make_key(heidi))


@pytest.fixture
def own_flag(project, maker) -> FeatureFlag:
    """A flag that heidi made and grace scheduled a change of."""
    body = {"key": "menu", "filters": {"groups": [{"properties": []}]}}
    response = maker.post(f"/api/projects/{project.pk}/feature_flags/", body)
    return FeatureFlag.objects.get(pk=response.json()["id"])


@pytest.fixture(autouse=True)
def scheduled(project, scheduler, own_flag):
    body = {
        "record_id": str(own_flag.pk),
        "model_name": "FeatureFlag",
        "payload": {"operation": "update_status", "value": False},
        "scheduled_at": "2031-01-31T09:00:00Z",
    }
    response = scheduler.post(f"/api/projects/{project.pk}/scheduled_changes/", body)
    assert response.status_code == 201, response.content


@pytest.fixture
def told(project, own_flag, grace):
    """What kinds of things the history tells a client of, by one of its routes."""

    def told(client, route):
        path = ROUTES[route].format(flag=own_flag.pk, scheduler=grace.uuid)
        response = client.get(f"/api/projects/{project.pk}/{path}")
        assert response.status_code == 200, response.content
        return {entry["detail"]["type"] for entry in response.json()["results"]}

    return told


@pytest.fixture(params=["all_flags", "this_flag"])
def deny(request, give, own_flag):
    """Deny everybody the flag: as one of all flags, or alone."""
    row = own_flag if request.param == "this_flag" else None
    return lambda: give("none", about="feature_flag", row=row)


@pytest.mark.parametrize("route", ROUTES)
def test_history__flag_denied_since__scheduler_is_told_nothing(told, scheduler, deny, route):
    assert "scheduled_change" in told(scheduler, route)

    deny()

    assert told(scheduler, route) == set()


@pytest.mark.parametrize("route", ROUTES)
def test_history__flag_denied__its_maker_is_told_all(told, maker, deny, route):
    before = told(maker, route)
    assert "scheduled_change" in before

    deny()

    assert told(maker, route) == before


def test_history__one_let_in__told_of_that_flag(told, scheduler, give, own_flag, grace):
    give("none", about="feature_flag")
    give("viewer", to=grace, about="feature_flag", row=own_flag)

    assert "scheduled_change" in told(scheduler, "item")
