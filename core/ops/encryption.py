"""Symmetric encryption of text with keys derived from `SECRET_KEY` and its fallbacks."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_KEY_BYTES = 32


class Unreadable(Exception):
    """Raised for what no present secret has encrypted."""


def encrypted(text: str, *, purpose: str) -> str:
    """Return the text, readable only with a secret of the server and for the same purpose."""
    return _box(purpose).encrypt(text.encode()).decode()


def decrypted(token: str, *, purpose: str) -> str:
    """Return the text that was encrypted, with the server's secret or one of its former ones.

    :raises Unreadable: when that secret is none of them.
    """
    try:
        return _box(purpose).decrypt(token.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def rotated(token: str, *, purpose: str) -> str:
    """Return the same text encrypted with the server's secret of today.

    :raises Unreadable: when no secret of the server can read it.
    """
    try:
        return _box(purpose).rotate(token.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def _box(purpose: str) -> MultiFernet:
    return _box_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), purpose)


@lru_cache
def _box_of(secrets: tuple[str, ...], purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in secrets])


def _key(secret: str, purpose: str) -> bytes:
    # The secret is long and random, so deriving need not be slow; each purpose has its own key.
    derivation = HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=purpose.encode())
    return urlsafe_b64encode(derivation.derive(secret.encode()))
