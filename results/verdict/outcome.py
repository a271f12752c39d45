"""A verdict: the decision, its headline and its reasons."""

from dataclasses import dataclass
from enum import StrEnum


class Decision(StrEnum):
    """What to do."""

    KEEP_RUNNING = "keep running"
    SHIP = "ship"
    STOP = "stop"
    DO_NOT_TRUST = "do not trust"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, or what to know beside it: a code for programs and a sentence for people."""

    code: str
    text: str
    metric: str | None = None
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision; `variant` is the one to ship, `comparisons` how many the primary metrics make."""

    decision: Decision
    headline: str
    reasons: tuple[Reason, ...] = ()
    variant: str | None = None
    comparisons: int = 0
