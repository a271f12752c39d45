import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from approvals.models import WebhookDelivery, WebhookEndpoint
from approvals.services import set_webhook
from approvals.services.post import signature
from tests.approvals.receiver import ask_to_launch, deliver_at, gate_launches, listening


@pytest.fixture
def receiver():
    with listening() as server:
        yield server


@pytest.fixture
def secret(project, grace, receiver):
    gate_launches(project, grace, now=timezone.now())
    return set_webhook(project_id=project.pk, url=receiver.url, now=timezone.now())


@pytest.fixture
def change_secret(settings):
    def change(*, former):
        settings.SECRET_KEY_FALLBACKS = former
        settings.SECRET_KEY = "another-secret-of-some-length-and-luck"

    return change


def is_signed_with(secret, received):
    timestamp = received.headers["X-Experiments-Timestamp"]
    wanted = signature(secret=secret, timestamp=timestamp, body=received.body)
    return received.headers["X-Experiments-Signature"] == wanted


def test_deliver_due__secret_of_the_server_replaced__signed_as_before(
    client, experiment, receiver, secret, change_secret, settings
):
    change_secret(former=[settings.SECRET_KEY])
    ask_to_launch(client, experiment)

    deliver_at(timezone.now())

    assert is_signed_with(secret, receiver.received[0])


def test_rotate_webhook_secrets__former_secret__not_needed_any_more(
    client, experiment, receiver, secret, change_secret, settings
):
    change_secret(former=[settings.SECRET_KEY])
    out = io.StringIO()

    call_command("rotate_webhook_secrets", stdout=out)

    settings.SECRET_KEY_FALLBACKS = []
    assert out.getvalue() == "1 rotated\n"
    ask_to_launch(client, experiment)
    deliver_at(timezone.now())
    assert is_signed_with(secret, receiver.received[0])


@pytest.mark.usefixtures("secret")
def test_rotate_webhook_secrets__secret_of_the_server_gone__said_so(change_secret):
    before = WebhookEndpoint.objects.get().encrypted_secret
    change_secret(former=[])

    with pytest.raises(CommandError, match="0 rotated, 1 not"):
        call_command("rotate_webhook_secrets")

    assert WebhookEndpoint.objects.get().encrypted_secret == before


@pytest.mark.usefixtures("secret")
def test_deliver_due__secret_of_the_server_gone__not_posted_and_kept(
    client, experiment, receiver, change_secret
):
    change_secret(former=[])
    ask_to_launch(client, experiment)

    done = deliver_at(timezone.now())

    assert (done.failed, receiver.received) == (1, [])
    delivery = WebhookDelivery.objects.get()
    assert delivery.state == WebhookDelivery.State.WAITING
    assert delivery.last_error == "The webhook's secret cannot be decrypted; set it again."
