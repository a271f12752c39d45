"""Why each condition set of a flag lets a subject through or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.engine.steps import Condition, rollout_fraction
from evaluation.engine.subjects import Subject


@dataclass(frozen=True, slots=True)
class MetProperty:
    """A property filter as it is stored, and whether the subject meets it."""

    document: Mapping[str, object]
    is_met: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a subject fares with one condition set, whatever the others say."""

    index: int
    document: Mapping[str, object]
    is_identified: bool
    properties_matched: bool
    is_excluded: bool
    properties: Sequence[MetProperty]

    @property
    def matched(self) -> bool:
        """Tell whether the condition set lets the subject through."""
        return self.is_identified and self.properties_matched and not self.is_excluded

    @property
    def text(self) -> str:
        """Say it in words."""
        if not self.is_identified:
            return "The request names no group, or no device, of the kind that is asked for."
        if not self.properties_matched:
            return "The properties do not match."
        if self.is_excluded:
            return "The properties match, but the share of the rollout does not reach this one."
        return "Matched."


def explain_condition(
    condition: Condition,
    *,
    place: tuple[int, Mapping[str, object]],
    prefix: bytes,
    subject: Subject,
    properties: Sequence[MetProperty],
) -> Explanation:
    """Return how a subject fares with a condition set, given by its index and its document."""
    identifier = condition.identify(subject)
    is_excluded = (
        identifier is not None
        and condition.share is not None
        and rollout_fraction(prefix, identifier) > condition.share
    )
    return Explanation(
        *place,
        is_identified=identifier is not None,
        properties_matched=condition.is_met is None or condition.is_met(subject),
        is_excluded=is_excluded,
        properties=properties,
    )
