"""Every write to webhook endpoints, and what is queued for them."""

from datetime import datetime
from urllib.parse import urlsplit

from approvals.gated_change import Document
from approvals.models import ChangeRequest, WebhookDelivery, WebhookEndpoint
from approvals.selectors import lock_webhooks
from core.db.transactions import require_transaction, use_case
from core.exceptions import NotFound, RuleBroken
from core.ops.encryption import Unreadable, decrypted, encrypted, rotated
from tenants.models import Project
from users.tokens import random_token

SECRET_PREFIX = "whsec_"  # noqa: S105  # what a secret begins with, not one
_PURPOSE = "webhook secrets"
_MAX_URL = 2000
_NOT_POSTABLE = "The URL must be http:// or https://, with a host and without a password."


def check_webhook_url(url: str) -> str:
    """Return the address when a notification can be posted to it.

    :raises RuleBroken: when it is no plain http or https URL.
    """
    try:
        address = urlsplit(url)
        is_complete = bool(address.hostname) and address.port != 0
    except ValueError:
        # A port that is no number, or half an IPv6 address.
        raise RuleBroken(_NOT_POSTABLE) from None
    is_plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= _MAX_URL
    # As the database has it: the scheme in lower case.
    is_http = url.startswith(("http://", "https://"))
    if not (is_http and is_complete and is_plain) or "@" in address.netloc:
        raise RuleBroken(_NOT_POSTABLE)
    return url


@use_case
def set_webhook(*, project_id: int, url: str, now: datetime) -> str:
    """Let a project's notifications be posted there, and return the new signing secret.

    What is still waiting goes to the new address too.

    :raises NotFound: when there is no such project.
    :raises RuleBroken: when the address is none that can be posted to.
    """
    check_webhook_url(url)
    if not Project.objects.filter(pk=project_id).exists():
        raise NotFound(f"There is no project {project_id}.")
    secret = SECRET_PREFIX + random_token(size=32)
    values = {
        "url": url,
        "encrypted_secret": encrypted(secret, purpose=_PURPOSE),
        "updated_at": now,
    }
    WebhookEndpoint.objects.update_or_create(project_id=project_id, defaults=values)
    return secret


@use_case
def rotate_webhook_secrets() -> tuple[int, int]:
    """Encrypt all signing secrets with the server's secret of today; tell how many, and not.

    The secrets themselves stay, and so do the signatures.
    """
    done = lost = 0
    for endpoint in lock_webhooks():
        try:
            endpoint.encrypted_secret = rotated(endpoint.encrypted_secret, purpose=_PURPOSE)
        except Unreadable:
            lost += 1
            continue
        endpoint.save(update_fields=["encrypted_secret"])
        done += 1
    return done, lost


def signing_secret(endpoint: WebhookEndpoint) -> str:
    """Return the secret that signs what is posted to a webhook.

    :raises Unreadable: when the server's secret that it was encrypted with is gone.
    """
    return decrypted(endpoint.encrypted_secret, purpose=_PURPOSE)


@use_case
def remove_webhook(*, project_id: int) -> None:
    """Stop posting a project's notifications, and forget what was still waiting.

    :raises NotFound: when the project has no webhook.
    """
    count, _ = WebhookEndpoint.objects.filter(project_id=project_id).delete()
    if not count:
        raise NotFound(f"The project {project_id} has no webhook.")


def queue_delivery(
    *,
    endpoint: WebhookEndpoint,
    request: ChangeRequest,
    event: str,
    document: Document,
    now: datetime,
) -> None:
    """Queue a notification, in the transaction of the change it tells of."""
    require_transaction()
    WebhookDelivery.objects.create(
        endpoint=endpoint,
        change_request=request,
        event=event,
        document=document,
        next_attempt_at=now,
        created_at=now,
        updated_at=now,
    )
