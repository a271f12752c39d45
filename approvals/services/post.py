"""One signed HTTP request to a webhook endpoint."""

import hmac
import json
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from approvals.models import WebhookDelivery
from approvals.services.webhooks import signing_secret
from core.ops.encryption import Unreadable

TIMEOUT_SECONDS = 10


class Unreachable(Exception):
    """Raised when an endpoint gives no answer, or cannot be asked."""


def post(*, delivery: WebhookDelivery, now: datetime) -> int:
    """Post a delivery to its endpoint and return the status of the answer.

    Redirects are answers like others: a signed body goes nowhere but to its address.

    :raises Unreachable: when there is no answer in time, or nothing to sign with.
    """
    address = urlsplit(delivery.endpoint.url)
    connect = HTTPSConnection if address.scheme == "https" else HTTPConnection
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    body = body_of(delivery, now=now)
    try:
        headers = headers_of(delivery, body=body, now=now)
    except Unreadable:
        raise Unreachable("The webhook's secret cannot be decrypted; set it again.") from None
    connection = connect(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", target, body=body, headers=headers)
        return connection.getresponse().status
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from None
    finally:
        connection.close()


def body_of(delivery: WebhookDelivery, *, now: datetime) -> bytes:
    """Return the JSON text that is posted."""
    document = {
        "id": str(delivery.pk),
        "event": delivery.event,
        "project_id": delivery.endpoint.project_id,
        "sent_at": now.isoformat(),
        "change_request": delivery.document,
    }
    return json.dumps(document).encode()


def headers_of(delivery: WebhookDelivery, *, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers by which a receiver knows the event, the delivery and the sender.

    :raises Unreadable: when the webhook's secret cannot be decrypted any more.
    """
    timestamp = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": "experiments-api",
        "X-Experiments-Event": delivery.event,
        "X-Experiments-Delivery": str(delivery.pk),
        "X-Experiments-Timestamp": timestamp,
        "X-Experiments-Signature": signature(
            secret=signing_secret(delivery.endpoint), timestamp=timestamp, body=body
        ),
    }


def signature(*, secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body that is sent at this time, in seconds since 1970."""
    signed = f"{timestamp}.".encode() + body
    return f"sha256={hmac.digest(secret.encode(), signed, 'sha256').hex()}"
