"""Maps references of a copied flag to rows of the target project."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from cohorts.documents import id_of, with_conditions
from cohorts.models import Cohort
from cohorts.selectors import find_cohort, find_cohort_named
from cohorts.services import insert_cohort
from core.exceptions import RuleBroken
from feature_flags.filters import with_properties
from organization_flags.services.source import MissingDependency
from tenants.models import Project
from users.models import User

Document = dict[str, Any]


class CohortCopies:
    """The cohorts of one project by those of another: matched by name, created when absent."""

    def __init__(self, *, source: Project, target: Project, actor: User, now: datetime) -> None:
        self._source, self._target, self._actor, self._now = source, target, actor, now
        self._known: dict[int, int] = {}

    def id_in_target(self, reference: object) -> int:
        """Return the id of the cohort that stands for this one.

        :raises RuleBroken: when there is none that could be copied.
        """
        pk = id_of(reference)
        if pk is not None and pk in self._known:
            return self._known[pk]
        cohort = pk and find_cohort(project_id=self._source.pk, cohort_id=pk)
        if not pk or not cohort:
            raise RuleBroken("The feature flag asks for a cohort that is not there any more.")
        there = find_cohort_named(project_id=self._target.pk, name=cohort.name)
        self._known[pk] = (there or self._copied(cohort)).pk
        return self._known[pk]

    def in_target(self, condition: Document) -> Document:
        """Return a condition with the id that its cohort, if it is about one, has in the target.

        :raises RuleBroken: when there is none that could be copied.
        """
        if condition.get("type") != "cohort":
            return condition
        return condition | {"value": self.id_in_target(condition.get("value"))}

    def _copied(self, cohort: Cohort) -> Cohort:
        # Members of a static one are people of its project.
        return insert_cohort(
            project=self._target,
            values={
                "name": cohort.name,
                "description": cohort.description,
                "is_static": cohort.is_static,
                "filters": with_conditions(cohort.filters, change=self.in_target),
            },
            actor=self._actor,
            now=self._now,
        )


def translated_groups(
    groups: list[Document], *, cohorts: CohortCopies, flags: Mapping[str, int]
) -> list[Document]:
    """Return conditions with the ids that cohorts and flags have in the other project.

    :raises MissingDependency: when a flag is missing there.
    :raises RuleBroken: when a cohort is not there any more.
    """
    translate = partial(_translated, cohorts=cohorts, flags=flags)
    return [with_properties(group, change=translate) for group in groups]


def _translated(wanted: Document, *, cohorts: CohortCopies, flags: Mapping[str, int]) -> Document:
    if wanted.get("type") == "cohort":
        # The name that is shown is no part of what is kept.
        kept = {name: value for name, value in wanted.items() if name != "cohort_name"}
        return cohorts.in_target(kept)
    if wanted.get("type") == "flag":
        key = str(wanted.get("key"))
        if key not in flags:
            raise MissingDependency("A condition asks for a flag that is not there any more.")
        return wanted | {"key": str(flags[key])}
    return wanted
