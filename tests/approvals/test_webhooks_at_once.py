from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from approvals.models import WebhookDelivery
from approvals.services import set_webhook
from tests.approvals.receiver import ask_to_launch, deliver_at, gate_launches, listening
from tests.factories import make_experiment

pytestmark = pytest.mark.django_db(transaction=True)


def deliver_together(barrier, moment):
    try:
        barrier.wait(timeout=10)
        return deliver_at(moment).delivered
    finally:
        connection.close()


def test_deliver_due__two_at_once__each_delivery_posted_once(client, project, ada, grace):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: only PostgreSQL can skip what another one has locked")
    gate_launches(project, grace, now=timezone.now())
    with listening() as receiver, ThreadPoolExecutor(2) as pool:
        set_webhook(project_id=project.pk, url=receiver.url, now=timezone.now())
        for _ in range(10):
            ask_to_launch(client, make_experiment(project, ada))
        arguments = [Barrier(2)] * 2, [timezone.now()] * 2
        counts = list(pool.map(deliver_together, *arguments))

    posted = [received.headers["X-Experiments-Delivery"] for received in receiver.received]
    assert sum(counts) == len(posted) == len(set(posted)) == 10
    assert set(WebhookDelivery.objects.values_list("attempts", "state")) == {(1, "delivered")}
