"""Payloads that are kept encrypted: JSON text outside, and inside."""

import json

from core.exceptions import APIException
from core.ops.encryption import Unreadable, decrypted, encrypted, rotated

_PURPOSE = "payloads of feature flags"


class PayloadUnreadable(APIException):
    """A 500: the payload was encrypted with a secret that the server does not have any more."""

    status_code = 500
    default_code = "payload_unreadable"
    default_detail = (
        "The payload was encrypted with a secret that the server does not have any more. "
        "Bring it back in SECRET_KEY_FALLBACKS, or send the payload again."
    )


def encrypt_payload(payload: object) -> str:
    """Return the payload encrypted."""
    return json.dumps(encrypted(as_text(payload), purpose=_PURPOSE))


def decrypt_payload(stored: object) -> str:
    """Return the payload that was encrypted, as JSON text.

    :raises PayloadUnreadable: when the secret is gone.
    """
    try:
        return decrypted(_token(stored), purpose=_PURPOSE)
    except Unreadable:
        raise PayloadUnreadable from None


def reencrypt_payload(stored: object) -> str:
    """Return the payload encrypted with the server's secret of today.

    :raises PayloadUnreadable: when the secret it was encrypted with is gone.
    """
    try:
        return json.dumps(rotated(_token(stored), purpose=_PURPOSE))
    except Unreadable:
        raise PayloadUnreadable from None


def as_text(payload: object) -> str:
    """Return the payload as JSON text, which a text is taken for."""
    return payload if isinstance(payload, str) else json.dumps(payload)


def _token(stored: object) -> str:
    try:
        return str(json.loads(str(stored)))
    except ValueError:
        # Nobody but the server writes tokens; this is none of its own.
        raise Unreadable from None
