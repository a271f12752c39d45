"""Encrypts payloads."""

from core.db.transactions import use_case
from core.exceptions import RuleBroken
from feature_flags import filters as flag_filters
from feature_flags import validation
from feature_flags.changes import FlagChanges
from feature_flags.models import FeatureFlag
from feature_flags.payloads import PayloadUnreadable, encrypt_payload, reencrypt_payload
from feature_flags.redaction import PLACEHOLDER, is_placeholder, payloads, with_payloads
from feature_flags.selectors import lock_encrypted_flags


def encrypt_changes(*, flag: FeatureFlag, changes: FlagChanges) -> FlagChanges:
    """Return the changes with their payloads encrypted, if the flag's are or shall be.

    What was encrypted before is kept where its placeholder is sent.

    :raises InvalidFilters: when a payload is not valid, or a placeholder stands for nothing.
    :raises RuleBroken: when stored payloads would have to be decrypted.
    """
    was = bool(flag.has_encrypted_payloads)
    shall_be = bool(changes.get("has_encrypted_payloads", was))
    is_sent = "filters" in changes
    if not (was or shall_be) or (was == shall_be and not is_sent):
        return changes
    filters = flag_filters.normalised(changes.get("filters", flag.filters))
    if not shall_be:
        _check_plain(filters, is_sent=is_sent)
        return changes
    _check_readable(filters, stored=flag.filters)
    stored = payloads(flag.filters) if was else {}
    kept = {key: _kept(text, stored.get(key)) for key, text in payloads(filters).items()}
    return changes | {"filters": with_payloads(filters, payloads=kept) if kept else filters}


@use_case
def rotate_payloads() -> tuple[int, int]:
    """Encrypt all payloads with the secret of today; tell of how many flags, and of how many not.

    Nothing that a client sees changes, so neither versions nor the history do.
    """
    done = lost = 0
    for flag in lock_encrypted_flags():
        try:
            fresh = {key: reencrypt_payload(kept) for key, kept in payloads(flag.filters).items()}
        except PayloadUnreadable:
            lost += 1
            continue
        if fresh:
            flag.filters = with_payloads(flag.filters, payloads=fresh)
            flag.save(update_fields=["filters"])
        done += 1
    return done, lost


def _kept(payload: object, stored: object) -> object:
    if not is_placeholder(payload):
        return encrypt_payload(payload)
    if stored is None:
        raise validation.InvalidFilters(
            "A placeholder stands for a payload that the flag keeps encrypted, and there is none "
            "under this key. Send the payload itself."
        )
    return stored


def _check_readable(filters: flag_filters.Document, *, stored: flag_filters.Document) -> None:
    # Checked before they are encrypted, when it can still be told what they are.
    shown = {
        key: PLACEHOLDER if is_placeholder(payload) else payload
        for key, payload in payloads(filters).items()
    }
    filters = with_payloads(filters, payloads=shown) if shown else filters
    validation.check_filters(filters, stored=stored)


def _check_plain(filters: flag_filters.Document, *, is_sent: bool) -> None:
    found = payloads(filters).values()
    if any(is_placeholder(payload) for payload in found) or (found and not is_sent):
        raise RuleBroken(
            "Encrypted payloads are not decrypted again. Send the payloads with this change.",
            attr="has_encrypted_payloads",
        )
