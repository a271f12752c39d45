"""What archive/ and reset/ of an experiment leave to happen later."""

import pytest

from experiments.models import ScheduledStep
from scheduled_changes.models import ScheduledChange
from tests.experiments.paths import collection

LATER = "2131-01-01T09:00:00Z"


@pytest.fixture
def place(client, project):
    body = {
        "name": "Checkout",
        "feature_flag_key": "checkout",
        "scheduling_config": {"launch_at": LATER},
    }
    made = client.post(collection(project), body).json()
    change = {
        "record_id": str(made["feature_flag"]["id"]),
        "model_name": "FeatureFlag",
        "payload": {"operation": "update_status", "value": False},
        "scheduled_at": LATER,
    }
    response = client.post(f"/api/projects/{project.pk}/scheduled_changes/", change)
    assert response.status_code == 201, response.content
    return f"{collection(project)}{made['id']}/"


@pytest.mark.parametrize("step", ["archive", "reset"])
def test_step__what_waits_for_its_time__stays(client, place, step):
    for each in ("launch", "end", step):
        response = client.post(f"{place}{each}/")
        assert response.status_code == 200, response.content

    assert response.json()["feature_flag"]["active"] is True
    assert response.json()["scheduling_config"] == {"launch_at": LATER}
    assert ScheduledStep.objects.get().done_at is None
    assert ScheduledChange.objects.get().executed_at is None
