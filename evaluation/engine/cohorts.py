"""Membership in cohorts, compiled to predicates over a subject."""

from collections.abc import Callable, Iterable, Mapping

from evaluation.engine.definitions import CohortDefinition
from evaluation.engine.subjects import Subject
from property_filters import UnreadableFilter, compile_filters

Membership = Callable[[Subject], bool]

# Groups of conditions inside groups, and cohorts inside cohorts.
MAX_DEPTH = 20


class Cohorts:
    """The cohorts of a project; each is compiled once, when it is first asked for."""

    def __init__(self, definitions: Iterable[CohortDefinition]) -> None:
        # What the cohorts that were compiled ask for.
        self.property_keys: set[str] = set()
        self.static_ids: set[int] = set()
        self._definitions = {cohort.id: cohort for cohort in definitions}
        self._compiled: dict[int, Membership] = {}
        self._being_compiled: list[int] = []

    @property
    def has_static(self) -> bool:
        """Tell whether any of these is static."""
        return bool(self.static_ids)

    def membership(self, reference: object) -> Membership:
        """Return the predicate that tells who is in the cohort with this id.

        :raises UnreadableFilter: when there is no such cohort, or it cannot be evaluated.
        """
        cohort = self._definitions.get(cohort_id(reference))
        if cohort is None:
            raise UnreadableFilter("The cohort does not exist.")
        if cohort.id not in self._compiled:
            self._compiled[cohort.id] = self._compile(cohort)
        return self._compiled[cohort.id]

    def _compile(self, cohort: CohortDefinition) -> Membership:
        if cohort.is_static:
            self.static_ids.add(cohort.id)
            return lambda subject: cohort.id in subject.static_cohort_ids
        if cohort.id in self._being_compiled or len(self._being_compiled) >= MAX_DEPTH:
            raise UnreadableFilter("The cohort depends on itself, or on too many others.")
        self._being_compiled.append(cohort.id)
        try:
            return _cached(cohort.id, self._compile_group(cohort.properties, depth=0))
        finally:
            self._being_compiled.pop()

    def _compile_group(self, group: object, *, depth: int) -> Membership:
        if not isinstance(group, Mapping) or depth > MAX_DEPTH:
            raise UnreadableFilter("A group of conditions is an object, and not too deep.")
        if "values" not in group:
            return self._compile_leaf(group)
        values, kind = group["values"], group.get("type")
        if not isinstance(values, list) or kind not in ("AND", "OR"):
            raise UnreadableFilter("A group of conditions has a type, AND or OR, and values.")
        parts = [self._compile_group(value, depth=depth + 1) for value in values]
        if kind == "OR":
            return lambda subject: any(part(subject) for part in parts)
        return lambda subject: all(part(subject) for part in parts)

    def _compile_leaf(self, wanted: Mapping[str, object]) -> Membership:
        if wanted.get("type") == "cohort":
            predicate = compile_cohort_filter(wanted, self)
        else:
            predicate = self._compile_property(wanted)
        return _negated(predicate) if wanted.get("negation") is True else predicate

    def _compile_property(self, wanted: Mapping[str, object]) -> Membership:
        if wanted.get("type", "person") != "person":
            raise UnreadableFilter("Only properties of persons decide here.")
        # Where a comparison has no answer, the condition is not met, and its negation is.
        meets = compile_filters([wanted])
        self.property_keys.add(str(wanted["key"]))
        return lambda subject: meets(subject.person_properties)


def compile_cohort_filter(wanted: Mapping[str, object], cohorts: Cohorts) -> Membership:
    """Return the predicate of a filter of type cohort.

    :raises UnreadableFilter: for another operator than `in` and `not_in`, or an unknown cohort.
    """
    operator = wanted.get("operator") or "in"
    is_member = cohorts.membership(wanted.get("value"))
    if operator == "in":
        return is_member
    if operator == "not_in":
        return _negated(is_member)
    raise UnreadableFilter("People are in a cohort or not in it.")


def _negated(is_member: Membership) -> Membership:
    return lambda subject: not is_member(subject)


def _cached(cohort_id: int, is_member: Membership) -> Membership:
    # Cohorts that name each other in several places would be computed again and again.
    def cached(subject: Subject) -> bool:
        memberships = subject.memberships
        if cohort_id not in memberships:
            memberships[cohort_id] = is_member(subject)
        return memberships[cohort_id]

    return cached


def nested_cohorts(group: object) -> set[int]:
    """Return the ids of the cohorts that a group of conditions asks for."""
    found, pending = set(), [group]
    while pending:
        part = pending.pop()
        if not isinstance(part, Mapping):
            continue
        if isinstance(part.get("values"), list):
            pending += part["values"]
        elif part.get("type") == "cohort":
            found.add(cohort_id(part.get("value")))
    return found


def cohort_id(reference: object) -> int:
    """Return the id that a condition names; -1, which nothing has, when it names none."""
    if isinstance(reference, int) and not isinstance(reference, bool):
        return reference
    if isinstance(reference, str) and reference.isdecimal() and len(reference) < 20:
        return int(reference)
    return -1
