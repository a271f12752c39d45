"""Cohorts in filters: who is in them, and what their membership depends on."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from hashlib import sha256

from cohorts.selectors import member_fingerprints, static_members
from evaluation.engine.cohorts import Cohorts, nested_cohorts
from evaluation.engine.definitions import CohortDefinition
from evaluation.engine.subjects import Subject
from evaluation.selectors import list_cohort_definitions
from events.facts import facts_engine
from events.registry import Membership
from property_filters import UnreadableFilter
from results.plans import UnsupportedMetric

Properties = Mapping[str, object]
# For how many people the membership of a cohort is cached.
_MAX_CACHED = 50_000


class CohortVersions:
    """What the members of a project's cohorts depend on; read when the first one is asked for."""

    def __init__(self, project_id: int) -> None:
        self._project_id = project_id
        # Those that were asked for.
        self.used: dict[int, str] = {}

    def __call__(self, cohort_id: int) -> str:
        """Return a hash of a cohort's definition, of those it is defined by, and of who is in them.

        :raises UnsupportedMetric: when its members cannot be told, where events are kept or at all.
        """
        if not facts_engine().reads_cohorts:
            raise UnsupportedMetric(
                "Filters on cohorts cannot be computed while events are kept in ClickHouse;"
                " filter by properties of persons."
            )
        if cohort_id not in self.used:
            self.used[cohort_id] = self._version(cohort_id)
        return self.used[cohort_id]

    def _version(self, cohort_id: int) -> str:
        try:
            Cohorts(self._definitions.values()).membership(cohort_id)
        except UnreadableFilter as reason:
            raise UnsupportedMetric(
                f"The cohort {cohort_id} cannot be computed: {reason}"
            ) from None
        needed = _closure(cohort_id, self._definitions)
        static = [each.id for each in needed if each.is_static]
        members = member_fingerprints(cohort_ids=static) if static else {}
        parts = [
            [each.id, each.properties, members.get(each.id)]
            for each in sorted(needed, key=lambda each: each.id)
        ]
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @cached_property
    def _definitions(self) -> dict[int, CohortDefinition]:
        found = list_cohort_definitions(project_id=self._project_id)
        return {each.id: each for each in found}


def _closure(
    cohort_id: int, definitions: Mapping[int, CohortDefinition]
) -> Iterable[CohortDefinition]:
    found, pending = dict[int, CohortDefinition](), [cohort_id]
    while pending:
        number = pending.pop()
        if number in definitions and number not in found:
            found[number] = definitions[number]
            pending += nested_cohorts(definitions[number].properties)
    return found.values()


def cohorts_of(project_id: int) -> Callable[[int], Membership]:
    """Return how the members of each cohort of a project are told, as they are now."""
    cohorts = Cohorts(list_cohort_definitions(project_id=project_id))
    members = _StaticMembers(project_id)

    def membership_of(cohort_id: int) -> Membership:
        try:
            is_member = cohorts.membership(cohort_id)
        except UnreadableFilter:
            # It was deleted since the source was made, which nobody reads any more.
            return lambda _person, _properties: False
        members.read(cohorts.static_ids)
        known: dict[int, bool] = {}

        def is_in(person: int, properties: Properties) -> bool:
            if person not in known:
                if len(known) >= _MAX_CACHED:
                    known.clear()
                subject = Subject("", properties, static_cohort_ids=members.cohorts_of(person))
                known[person] = is_member(subject)
            return known[person]

        return is_in

    return membership_of


class _StaticMembers:
    """Who is in which static cohort, of those that were read; each is read once."""

    def __init__(self, project_id: int) -> None:
        self._project_id = project_id
        self._read: set[int] = set()
        self._cohorts: dict[int, set[int]] = {}

    def read(self, cohort_ids: set[int]) -> None:
        new = cohort_ids - self._read
        if not new:
            return
        found = static_members(project_id=self._project_id, cohort_ids=new)
        for person, ids in found.items():
            self._cohorts.setdefault(person, set()).update(ids)
        self._read |= new

    def cohorts_of(self, person: int) -> Collection[int]:
        return self._cohorts.get(person, ())
