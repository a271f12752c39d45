"""What a client may ask to be in a flag."""

from typing import Any, TypedDict

Document = dict[str, Any]


class FlagChanges(TypedDict, total=False):
    """What shall change in a flag: an absent key leaves its field alone."""

    key: str
    name: str
    filters: Document
    active: bool
    archived: bool
    deleted: bool
    ensure_experience_continuity: bool | None
    has_encrypted_payloads: bool | None
    is_remote_configuration: bool | None
    evaluation_runtime: str | None
    bucketing_identifier: str | None
    evaluation_contexts: list[str]
    tags: list[str]
    rollback_conditions: object
    performed_rollback: bool | None


class NewFlag(FlagChanges, total=False):
    """What a flag starts with: its key, and what shall not be as it is by default."""

    folder: str | None
    creation_context: str


class LastSeen(TypedDict, total=False):
    """The flag as a client saw it when it began to edit."""

    version: int | None
    original_flag: dict[str, object] | None
