"""Which identifier of a subject is hashed."""

from collections.abc import Callable, Mapping

from evaluation.engine.definitions import FlagDefinition
from evaluation.engine.hashing import identifier_of
from evaluation.engine.subjects import Subject

# None where the subject has no identifier of the kind that is asked for.
Identify = Callable[[Subject], bytes | None]

_MEMBER = "aggregation_group_type_index"


def group_type_of(document: Mapping[str, object], *, default: object = None) -> int | None:
    """Return the index of the group type that a condition set aggregates by; None for persons."""
    found = document.get(_MEMBER, default)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def conditions_identifier(flag: FlagDefinition, group_type: int | None) -> Identify:
    """Return what the conditions of a flag hash; None without the group, or without a device."""
    if group_type is not None:
        return lambda subject: subject.group_identifiers.get(group_type)
    if flag.is_by_device:
        return lambda subject: subject.device_identifier or None
    if flag.ensure_experience_continuity:
        return _continuous_identifier(flag.key)
    return distinct_identifier


def enrollments_identifier(flag: FlagDefinition) -> Callable[[Subject], bytes]:
    """Return what the variants of people who enrolled are chosen by; it never lacks."""
    identify = conditions_identifier(flag, None)
    return lambda subject: identify(subject) or subject.identifier


def holdouts_identifier(flag: FlagDefinition, group_type: int | None) -> Identify:
    """Return what the holdout of a flag hashes; never an identifier that was stored."""
    if group_type is not None:
        return lambda subject: subject.group_identifiers.get(group_type)
    if flag.is_by_device:
        return lambda subject: subject.device_identifier or subject.identifier
    if flag.ensure_experience_continuity:
        return _anonymous_identifier
    return distinct_identifier


def distinct_identifier(subject: Subject) -> bytes:
    """Return the distinct id."""
    return subject.identifier


def _continuous_identifier(flag_key: str) -> Identify:
    def identify(subject: Subject) -> bytes:
        stored = subject.hash_keys.get(flag_key)
        return _anonymous_identifier(subject) if stored is None else identifier_of(stored)

    return identify


def _anonymous_identifier(subject: Subject) -> bytes:
    anonymous_id = subject.anonymous_id
    return subject.identifier if anonymous_id is None else identifier_of(anonymous_id)
