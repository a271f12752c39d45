import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from approvals.models import WebhookEndpoint
from approvals.services import set_webhook
from core.encryption import decrypted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def secret(project):
    yield set_webhook(project_id=project.pk, url="https://example.com/", now=timezone.now())
    call_command("migrate", verbosity=0)


def test_migrations__back_before_secrets_were_encrypted__plain_again(secret):
    call_command("migrate", "approvals", "0002_webhooks", verbosity=0)

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM approvals_webhookendpoint")
        assert cursor.fetchall() == [(secret,)]


def test_migrations__plain_secrets__encrypted(secret):
    call_command("migrate", "approvals", "0002_webhooks", verbosity=0)

    call_command("migrate", "approvals", verbosity=0)

    endpoint = WebhookEndpoint.objects.get()
    assert secret not in endpoint.sealed_secret
    assert decrypted(endpoint.sealed_secret, purpose="webhook secrets") == secret
