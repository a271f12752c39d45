"""Validation of flag fields against each other."""

from collections.abc import Mapping

from core.exceptions import RuleBroken

# What a flag may be depends on how these go together.
RELATED_FIELDS = (
    "bucketing_identifier",
    "ensure_experience_continuity",
    "has_encrypted_payloads",
    "is_remote_configuration",
)


def check_related_fields(*, before: Mapping[str, object], after: Mapping[str, object]) -> None:
    """Check the fields that depend on each other; what was combined already may stay.

    :raises RuleBroken: with the field that does not fit as attr.
    """
    if _is_split_by_device(after) and not _is_split_by_device(before):
        raise RuleBroken(
            "A flag bucketed by device cannot keep the experience across logins. "
            "Switch ensure_experience_continuity off.",
            attr="bucketing_identifier",
        )
    if after["has_encrypted_payloads"] and not after["is_remote_configuration"]:
        raise RuleBroken(
            "Only a remote configuration can have encrypted payloads. "
            "Set is_remote_configuration as well.",
            attr="has_encrypted_payloads",
        )


def _is_split_by_device(fields: Mapping[str, object]) -> bool:
    is_by_device = fields["bucketing_identifier"] == "device_id"
    return is_by_device and bool(fields["ensure_experience_continuity"])
