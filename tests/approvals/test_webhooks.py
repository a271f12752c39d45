import hmac
import logging
import socket
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from approvals import notifications
from approvals.models import ChangeRequest, WebhookDelivery
from approvals.services import post, remove_webhook, set_webhook
from approvals.services.deliver import MAX_ATTEMPTS, pause_after
from experiments.models import Experiment
from tests.approvals.receiver import (
    ask_to_launch,
    dead_url,
    deliver_at,
    gate_launches,
    is_due_after,
    listening,
    vote,
)
from tests.client import DocumentedClient
from tests.factories import make_key

State = WebhookDelivery.State


@pytest.fixture(autouse=True)
def _gated(project, grace):
    gate_launches(project, grace, now=timezone.now())


@pytest.fixture
def voter(grace):
    return DocumentedClient(make_key(grace))


@pytest.fixture
def receiver():
    with listening() as server:
        yield server


@pytest.fixture
def hooked(project):
    return lambda url: set_webhook(project_id=project.pk, url=url, now=timezone.now())


@pytest.fixture
def secret(hooked, receiver):
    return hooked(receiver.url)


@pytest.fixture
def asked(client, experiment, secret):
    return ask_to_launch(client, experiment)


def test_deliver_due__request_made__posted_signed_as_the_api_shows_it(
    client, receiver, secret, asked
):
    now = timezone.now()

    done = deliver_at(now)

    assert (done.delivered, done.failed, done.given_up) == (1, 0, 0)
    [received] = receiver.received
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_error) == (State.DELIVERED, 1, "")
    assert received.path == "/hook?from=tests"
    assert received.headers["X-Experiments-Event"] == "approval_requested"
    assert received.headers["X-Experiments-Delivery"] == str(delivery.pk)
    shown = client.get(f"/api/projects/{asked.project_id}/change_requests/{asked.pk}/").json()
    assert received.document == {
        "id": str(delivery.pk),
        "event": "approval_requested",
        "project_id": asked.project_id,
        "sent_at": now.isoformat(),
        "change_request": shown | {"is_requester": False, "can_cancel": False},
    }


def test_deliver_due__any__signature_verifies_with_the_secret_only(receiver, secret, asked):
    deliver_at(timezone.now())

    [received] = receiver.received
    signed = received.headers["X-Experiments-Timestamp"].encode() + b"." + received.body
    expected = "sha256=" + hmac.new(secret.encode(), signed, "sha256").hexdigest()
    forged = "sha256=" + hmac.new(b"whsec_guess", signed, "sha256").hexdigest()
    assert received.headers["X-Experiments-Signature"] == expected != forged
    assert abs(int(received.headers["X-Experiments-Timestamp"]) - time.time()) < 60


def test_deliver_due__votes_and_application__each_posted_with_its_state(receiver, asked, voter):
    vote(voter, asked, "approve")
    assert receiver.received == []

    deliver_at(timezone.now())

    told = [(each.document["event"], each.document["change_request"]) for each in receiver.received]
    assert [(event, shown["state"], len(shown["approvals"])) for event, shown in told] == [
        ("approval_requested", "pending", 0),
        ("approval_approved", "pending", 1),
        ("approval_applied", "applied", 1),
    ]


def test_deliver_due__rejected__posted_as_rejected(receiver, asked, voter):
    vote(voter, asked, "reject", reason="Not now.")

    deliver_at(timezone.now())

    document = receiver.received[-1].document
    assert (document["event"], document["change_request"]["state"]) == (
        "approval_rejected",
        "rejected",
    )


def test_deliver_due__canceled__nothing_more_queued(client, asked):
    vote(client, asked, "cancel")

    assert WebhookDelivery.objects.get().event == "approval_requested"


def test_deliver_due__delivered__not_posted_again(receiver, asked):
    deliver_at(timezone.now())

    done = deliver_at(timezone.now() + timedelta(days=30))

    assert done.delivered == 0
    assert len(receiver.received) == 1


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500, 503])
def test_deliver_due__no_success__retried_when_its_pause_is_over(receiver, asked, status):
    receiver.statuses = [status, 200]
    now = timezone.now()

    assert deliver_at(now).failed == 1
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.last_error) == (State.WAITING, f"HTTP status {status}")
    assert deliver_at(now + timedelta(seconds=59)).delivered == 0
    assert deliver_at(now + timedelta(seconds=60)).delivered == 1

    first, second = receiver.received
    assert (first.path, second.path) == ("/hook?from=tests",) * 2
    assert first.document["id"] == second.document["id"]
    assert first.headers["X-Experiments-Signature"] != second.headers["X-Experiments-Signature"]


def test_deliver_due__never_a_success__pauses_double_then_given_up(receiver, asked):
    receiver.statuses = [500]
    pauses = []

    for _ in range(MAX_ATTEMPTS):
        moment = is_due_after(0)
        done = deliver_at(moment)
        pauses.append((is_due_after(0) - moment) // timedelta(minutes=1))

    assert pauses == [2**attempt for attempt in range(MAX_ATTEMPTS)]
    assert (done.failed, done.given_up) == (0, 1)
    assert WebhookDelivery.objects.get().state == State.GIVEN_UP
    deliver_at(is_due_after(100_000))
    assert len(receiver.received) == MAX_ATTEMPTS


def test_deliver_due__nobody_listens__change_goes_through_and_try_is_kept(
    client, voter, experiment, hooked
):
    hooked(dead_url())

    request = ask_to_launch(client, experiment)
    vote(voter, request, "approve")

    assert Experiment.objects.get().start_date is not None
    done = deliver_at(timezone.now())
    assert (done.delivered, done.failed) == (0, 1)
    tried = WebhookDelivery.objects.get(attempts=1)
    assert "ConnectionRefusedError" in tried.last_error


@pytest.mark.usefixtures("asked")
def test_deliver_due__no_answer_in_time__tried_again_later(monkeypatch, hooked):
    monkeypatch.setattr(post, "TIMEOUT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hooked(f"http://127.0.0.1:{silent.getsockname()[1]}/")

        done = deliver_at(timezone.now())

    assert (done.delivered, done.failed) == (0, 1)
    assert "TimeoutError" in WebhookDelivery.objects.get().last_error


def test_deliver_due__one_endpoint_dead__others_get_theirs(
    receiver, asked, foreign_project, mallory
):
    row = WebhookDelivery.objects.get()
    set_webhook(project_id=foreign_project.pk, url=dead_url(), now=timezone.now())
    dead = type(row.endpoint).objects.get(project=foreign_project)
    for _ in range(3):
        WebhookDelivery.objects.create(
            endpoint=dead,
            change_request=asked,
            event="approval_requested",
            document={},
            next_attempt_at=row.next_attempt_at - timedelta(hours=1),
        )

    done = deliver_at(timezone.now())

    assert (done.delivered, done.failed) == (1, 1)


def test_deliver_due__process_died_while_posting__posted_later(receiver, asked):
    claimed = WebhookDelivery.objects.get()
    claimed.attempts, claimed.next_attempt_at = 1, timezone.now() + pause_after(1)
    claimed.save()

    assert deliver_at(timezone.now()).delivered == 0
    assert deliver_at(is_due_after(0)).delivered == 1


def test_queue_delivery__change_rolled_back__nothing_queued(asked):
    with transaction.atomic():
        notifications.announce("approval_expired", request=asked)
        queued = WebhookDelivery.objects.count()
        transaction.set_rollback(True)

    assert queued == 2
    assert WebhookDelivery.objects.count() == 1


@pytest.mark.usefixtures("project")
def test_queue_delivery__no_webhook__nothing_queued(client, experiment):
    ask_to_launch(client, experiment)

    assert not WebhookDelivery.objects.exists()


def test_queue_delivery__other_project_has_webhook__nothing_queued(
    client, experiment, foreign_project, receiver
):
    set_webhook(project_id=foreign_project.pk, url=receiver.url, now=timezone.now())

    ask_to_launch(client, experiment)

    assert not WebhookDelivery.objects.exists()


def test_remove_webhook__deliveries_waiting__forgotten(project, asked):
    remove_webhook(project_id=project.pk)

    assert not WebhookDelivery.objects.exists()
    assert ChangeRequest.objects.exists()


def test_log__delivered_and_failed__ids_without_secret_or_address(caplog, receiver, secret, asked):
    receiver.statuses = [500, 200]
    caplog.set_level(logging.DEBUG)

    deliver_at(timezone.now())
    deliver_at(is_due_after(0))

    assert f"delivery={WebhookDelivery.objects.get().pk}" in caplog.text
    assert "problem=HTTP status 500" in caplog.text
    assert secret not in caplog.text
    assert "/hook" not in caplog.text
