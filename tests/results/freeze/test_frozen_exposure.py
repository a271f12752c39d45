"""What becomes of a frozen exposure: unfreeze_exposure/ and the other steps."""

import json

import pytest

from cohorts.models import Cohort
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.results.freeze.conftest import served

NOTE = "Exposure is frozen: only who was exposed until then is let in."


def test_unfreeze__cohort__deleted_unless_something_asks_for_it(client, project, take):
    take("freeze_exposure")
    cohort = Cohort.objects.get()
    asking = {"key": "id", "type": "cohort", "value": cohort.pk, "operator": "in"}
    groups = [{"properties": [asking], "rollout_percentage": 100}]
    body = {"key": "other", "filters": {"groups": groups}}
    assert client.post(f"/api/projects/{project.pk}/feature_flags/", body).status_code == 201

    take("unfreeze_exposure")

    cohort.refresh_from_db()
    assert cohort.deleted is False
    take("freeze_exposure")
    take("unfreeze_exposure")
    assert Cohort.objects.exclude(pk=cohort.pk).get().deleted is True


def test_start_taken_back__frozen__takes_the_freeze_off(client, running, place, take):
    take("freeze_exposure")

    shown = client.patch(place, {"start_date": None}).json()

    assert shown["status"] == "draft"
    assert shown["feature_flag"]["filters"] == running["feature_flag"]["filters"]
    assert Cohort.objects.get().deleted is True


def test_ship_variant__frozen__takes_the_freeze_off(project, expose, take):
    expose("ann")
    take("freeze_exposure")

    shown = take("ship_variant", body={"variant_key": "test"})

    assert shown["status"] == "stopped"
    assert "exposure_frozen" not in json.dumps(shown["feature_flag"]["filters"])
    assert Cohort.objects.get().deleted is True
    assert served(project, "cyd") == "test"


def test_ship_variant__frozen_without_everyone__lets_in_whom_it_let_in_before(project, take):
    take("freeze_exposure")

    take("ship_variant", body={"variant_key": "test", "release_to_everyone": False})

    assert served(project, "cyd") == "test"


def test_reset__frozen__takes_the_freeze_off(running, take):
    take("freeze_exposure")

    shown = take("reset")

    assert shown["status"] == "draft"
    assert shown["feature_flag"]["filters"] == running["feature_flag"]["filters"]
    assert Cohort.objects.get().deleted is True


@pytest.mark.parametrize("way", ["reset", "start_taken_back"])
def test_reset__another_runs_on_the_frozen_flag__stays_frozen(client, project, place, take, way):
    url = f"/api/projects/{project.pk}/experiments/"
    body = {"name": "Checkout again", "feature_flag_key": "checkout"}
    other = client.post(url, body).json()
    client.post(f"{url}{other['id']}/launch/")
    take("freeze_exposure")

    shown = take("reset") if way == "reset" else client.patch(place, {"start_date": None}).json()

    assert shown["status"] == "draft"
    assert client.get(f"{url}{other['id']}/").json()["status"] == "exposure_frozen"
    assert Cohort.objects.get().deleted is False


def test_end__frozen__stays_frozen(project, expose, take):
    take("freeze_exposure")

    shown = take("end")

    assert shown["status"] == "stopped"
    assert served(project, "cyd") is None


def test_duplicate__frozen__copy_is_not(client, place, take):
    take("freeze_exposure")

    copy = client.post(f"{place}duplicate/", {"feature_flag_key": "copy"}).json()

    assert "exposure_frozen" not in json.dumps(copy["feature_flag"]["filters"])


def test_freeze__definitions_for_sdks__leave_the_cohort_to_the_server(client, project, take):
    take("freeze_exposure")

    feed = client.get(f"/flags/definitions?token={project.api_token}&send_cohorts").json()

    assert feed["cohorts"] == {}


def test_freeze__stale_if_match__refused(client, place, take):
    etag = client.get(place).headers["ETag"]
    headers = {"If-Match": etag}
    response = client.post(f"{place}freeze_exposure/", headers=headers)
    assert response.status_code == 200
    assert response.headers["ETag"] == client.get(place).headers["ETag"]

    response = client.post(f"{place}unfreeze_exposure/", headers=headers)

    assert_error(response, 412, "precondition_failed")


def test_freeze__repeated_with_its_key__done_once(client, place):
    headers = {"Idempotency-Key": "once"}
    answers = [client.post(f"{place}freeze_exposure/", headers=headers) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert Cohort.objects.count() == 1


def test_freeze__viewer__forbidden(grace, place):
    reader = DocumentedClient(factories.make_key(grace, "experiment:read"))

    for step in ("freeze_exposure", "unfreeze_exposure"):
        assert_error(reader.post(f"{place}{step}/"), 403, "permission_denied")
