"""The steps of evaluating one flag, as functions that are made once per flag."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evaluation.engine.conditions import Check
from evaluation.engine.hashing import VARIANT_SALT, fraction
from evaluation.engine.identifiers import Identify, distinct_identifier
from evaluation.engine.outcomes import PRIORITIES, Outcome, Reason
from evaluation.engine.subjects import Subject

Decide = Callable[[Subject], Outcome]
Serve = Callable[[bytes], Outcome]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition set of a flag: whom it serves, and what is reported when it does not match."""

    identify: Identify
    unidentified: Outcome
    mismatched: Outcome
    excluded: Outcome
    # None: everybody meets it, or is in its share.
    is_met: Check | None
    share: float | None
    serve: Serve


def serve_first_match(
    conditions: Sequence[Condition], *, prefix: bytes, nothing: Outcome, exits_early: bool
) -> Decide:
    """Return a function that serves the first condition that matches, else tells why none does."""
    steps = [(each.identify, each.is_met, each.share, each.serve, each) for each in conditions]

    def decide(subject: Subject) -> Outcome:
        best = nothing
        for identify, is_met, share, serve, condition in steps:
            identifier = identify(subject)
            if identifier is None:
                missed = condition.unidentified
            elif is_met is not None and not is_met(subject):
                missed = condition.mismatched
            elif share is not None and rollout_fraction(prefix, identifier) > share:
                missed = condition.excluded
            else:
                return serve(identifier)
            if exits_early and missed.reason is Reason.OUT_OF_ROLLOUT:
                return missed
            if PRIORITIES[missed.reason] >= PRIORITIES[best.reason]:
                best = missed
        return best

    return decide


def serve_only_match(condition: Condition, *, prefix: bytes) -> Decide | None:
    """Return the short form for a flag with one condition on distinct ids; None for another one."""
    if condition.identify is not distinct_identifier:
        return None
    is_met, share, serve = condition.is_met, condition.share, condition.serve
    mismatched, excluded = condition.mismatched, condition.excluded

    def decide(subject: Subject) -> Outcome:
        if is_met is not None and not is_met(subject):
            return mismatched
        identifier = subject.identifier
        if share is not None and identifier and fraction(prefix + identifier) > share:
            return excluded
        return serve(identifier)

    return decide


def choose_variant(prefix: bytes, bounds: list[float], outcomes: list[Outcome]) -> Serve:
    """Return a function from an identifier to the outcome of its variant.

    The outcomes have one more entry than the bounds: what is served behind the last of them.
    """

    def serve(identifier: bytes) -> Outcome:
        hashed = fraction(prefix + identifier + VARIANT_SALT) if identifier else 0.0
        return outcomes[bisect_right(bounds, hashed)]

    return serve


def rollout_fraction(prefix: bytes, identifier: bytes) -> float:
    """Return where an identifier stands in a rollout; an empty one is in every rollout."""
    return fraction(prefix + identifier) if identifier else 0.0
