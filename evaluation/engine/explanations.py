"""Why each condition set of a flag lets a subject through or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.engine.steps import Condition, rollout_fraction
from evaluation.engine.subjects import Subject


@dataclass(frozen=True, slots=True)
class MetProperty:
    """A property filter as it is stored, what the subject has, and whether that meets it."""

    document: Mapping[str, object]
    # The value of the property, or what the flag gives; None of a cohort, and of what is missing.
    actual_value: object
    is_met: bool

    @property
    def is_about_cohort(self) -> bool:
        """Tell whether the filter is about members of a cohort."""
        return self.document.get("type") == "cohort"

    @property
    def text(self) -> str:
        """Say it in words."""
        if self.is_met:
            return "Matched."
        if self.actual_value is None and not self.is_about_cohort:
            return "Not matched: there is no value."
        return "Not matched."


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
    def rollout_percentage(self) -> object:
        """Return which share of those who match is let through."""
        stored = self.document.get("rollout_percentage")
        return 100 if stored is None else stored

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
