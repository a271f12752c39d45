"""Two that send the same at once."""

import pytest

from saved_metrics.models import SavedMetric
from tenants.models import Project
from tests.approvals.concurrency import holding
from tests.factories import MEAN_METRIC

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_many_writers"),
]


def test_create_saved_metric__two_with_one_uuid_at_once__one_gets_another(client, project):
    url = f"/api/projects/{project.pk}/experiment_saved_metrics/"
    body = {"name": "Views", "query": MEAN_METRIC | {"uuid": "the-same"}}
    calls = [lambda: client.post(url, body)] * 2

    with holding(lambda: Project.objects.select_for_update(no_key=True).get(), *calls) as futures:
        pass

    assert [each.result().status_code for each in futures] == [201, 201]
    uuids = {each.result().json()["query"]["uuid"] for each in futures}
    assert (len(uuids), "the-same" in uuids) == (2, True)
    assert SavedMetric.objects.count() == 2
