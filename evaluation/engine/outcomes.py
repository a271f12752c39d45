"""What evaluating a flag can result in, and why."""

from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why a flag has its value; the wire's codes."""

    SUPER_CONDITION = "super_condition_value"
    HOLDOUT = "holdout_condition_value"
    MATCH = "condition_match"
    OUT_OF_ROLLOUT = "out_of_rollout_bound"
    NO_MATCH = "no_condition_match"
    NO_GROUP = "no_group_type"
    DISABLED = "flag_disabled"
    MISSING_DEPENDENCY = "missing_dependency"
    FAILED = "evaluation_error"


# Of several conditions that did not match, the reason with the highest priority is reported.
PRIORITIES = {
    Reason.SUPER_CONDITION: 6,
    Reason.HOLDOUT: 5,
    Reason.MATCH: 4,
    Reason.OUT_OF_ROLLOUT: 3,
    Reason.NO_MATCH: 2,
    Reason.NO_GROUP: 1,
    Reason.DISABLED: 0,
    Reason.MISSING_DEPENDENCY: -1,
    Reason.FAILED: -2,
}
_DESCRIPTIONS = {
    Reason.SUPER_CONDITION: "Decided by early access enrollment",
    Reason.HOLDOUT: "Held out by a holdout",
    Reason.OUT_OF_ROLLOUT: "Out of the rollout's share",
    Reason.NO_MATCH: "No condition set matched",
    Reason.NO_GROUP: "The request names no group of this type",
    Reason.DISABLED: "The flag is disabled",
    Reason.MISSING_DEPENDENCY: "A flag that this one depends on does not exist",
    Reason.FAILED: "The flag could not be evaluated",
}


@dataclass(frozen=True, slots=True, eq=False)
class FlagIdentity:
    """Which flag an outcome is of."""

    id: int
    key: str
    version: int | None


@dataclass(slots=True, eq=False)
class Outcome:
    """One possible result of a flag; a compiled flag has a fixed, small set of them."""

    flag: FlagIdentity
    enabled: bool
    reason: Reason
    condition_index: int | None = None
    variant: str | None = None
    payload: str | None = None
    # Whether the flag could not be evaluated; a field, since it is asked of every flag each time.
    has_failed: bool = field(init=False)
    # The result as a part of a response, kept by whoever renders it first.
    rendered: object = None

    def __post_init__(self) -> None:
        self.has_failed = self.reason is Reason.FAILED

    @property
    def value(self) -> bool | str:
        """Return what the client gets: the variant if there is one, else whether it is on."""
        return self.enabled if self.variant is None else self.variant

    @property
    def priority(self) -> int:
        """Return how much this result tells, compared with others that do not match."""
        return PRIORITIES[self.reason]

    @property
    def description(self) -> str:
        """Return the reason in words."""
        if self.reason is Reason.MATCH and self.condition_index is not None:
            return f"Matched condition set {self.condition_index + 1}"
        return _DESCRIPTIONS[self.reason]
