"""Looking up and locking cohorts and their members."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery

from cohorts.documents import CohortType, named_cohorts, needed_actions
from cohorts.models import Cohort, CohortCalculation, CohortMember
from core.db.aggregates import JSONList
from core.db.folding import contains
from core.db.locking import lock_row
from core.db.transactions import require_transaction
from core.exceptions import RuleBroken
from core.http.query_text import is_id, searchable
from events.models import Person, person_uuid
from events.selectors import (
    actors_by_person,
    actors_of,
    people_of,
    person_with_id,
    persons_by_actor,
)
from tenants.models import Project

MAX_SEARCH_LENGTH = 200
# A process that was stopped has left its work to whoever comes after so long.
_LEFT_AFTER = timedelta(minutes=2)
_DECISIVE_COLUMNS = ("pk", "is_static", "filters", "version")


def list_cohorts(*, project: Project) -> QuerySet[Cohort]:
    """Return the project's cohorts, deleted ones too, newest first, with all that they show."""
    return (
        Cohort.objects.filter(project=project)
        .select_related("created_by")
        .annotate(
            member_count=Subquery(_member_counts()), experiment_ids=Subquery(_experiment_ids())
        )
        .order_by("-created_at", "-id")
    )


def list_live_cohorts(*, project: Project, parameters: Mapping[str, str]) -> QuerySet[Cohort]:
    """Return those of the cohorts that are not deleted which a URL asks for.

    :raises RuleBroken: when a parameter of the URL makes no sense.
    """
    found = list_cohorts(project=project).filter(deleted=False)
    search = parameters.get("search", "")
    if len(search) > MAX_SEARCH_LENGTH:
        raise RuleBroken(f"Search for at most {MAX_SEARCH_LENGTH} characters.", attr="search")
    if search:
        found = found.filter(contains("name", searchable(search)))
    if parameters.get("type") in ("static", "dynamic"):
        found = found.filter(is_static=parameters["type"] == "static")
    author = parameters.get("created_by_id", "")
    if author:
        found = found.filter(created_by=int(author)) if is_id(author) else found.none()
    if parameters.get("hide_behavioral_cohorts") == "true":
        found = found.exclude(pk__in=_behavioral_ids(project))
    return found


def find_cohort(*, project_id: int, cohort_id: int) -> Cohort | None:
    """Return the cohort of the project with this id that is not deleted."""
    return Cohort.objects.filter(project=project_id, pk=cohort_id, deleted=False).first()


def missing_cohorts(*, project: Project, ids: Collection[int]) -> list[int]:
    """Return those of the ids that no live cohort of the project has, in order."""
    if not ids:
        return []
    found = Cohort.objects.filter(project=project, deleted=False, pk__in=ids)
    return sorted(set(ids) - set(found.values_list("pk", flat=True)))


def unknown_cohorts(project: Project, document: object) -> set[int]:
    """Return the ids of the cohorts that a document names and the project does not have."""
    return set(missing_cohorts(project=project, ids=named_cohorts(document)))


def find_cohort_named(*, project_id: int, name: str) -> Cohort | None:
    """Return the oldest cohort of the project with this name that is not deleted."""
    named = Cohort.objects.filter(project=project_id, name=name, deleted=False)
    return named.order_by("pk").first()


def lock_cohort(*, project_id: int, cohort_id: int) -> Cohort:
    """Lock a cohort of the project and return it as it is now.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises NotFound: when the project has none with this id (any more).
    """
    found = Cohort.objects.filter(project=project_id).select_related("created_by")
    return lock_row(found, cohort_id)


def lock_needed_cohorts(*, project_id: int, ids: Iterable[int]) -> list[dict[int, Cohort]]:
    """Lock these live cohorts and all that they need in turn, level by level; missing ones lack.

    Nobody changes what they mean until the transaction ends.
    """
    require_transaction()
    levels: list[dict[int, Cohort]] = []
    seen: set[int] = set()
    wanted = {*ids}
    while wanted:
        rows = Cohort.objects.filter(project=project_id, pk__in=wanted, deleted=False)
        level = {row.pk: row for row in rows.order_by("pk").select_for_update()}
        levels.append(level)
        seen |= wanted
        wanted = {need for row in level.values() for need in row.needs} - seen
    return levels


def list_dependents(*, project_id: int) -> dict[int, set[int]]:
    """Return by id which of the project's live cohorts are defined by a cohort directly."""
    rows = Cohort.objects.filter(project=project_id, deleted=False, is_static=False)
    dependents: dict[int, set[int]] = {}
    for row in rows.only("pk", "filters", "is_static"):
        for need in row.needs:
            dependents.setdefault(need, set()).add(row.pk)
    return dependents


def dependents_of(*, cohort: Cohort) -> set[int]:
    """Return the ids of the live cohorts that are defined by this one, directly or not."""
    dependents = list_dependents(project_id=cohort.project_id)
    found = edge = {cohort.pk}
    while edge := {each for pk in edge for each in dependents.get(pk, ())} - found:
        found = found | edge
    return found - {cohort.pk}


class FlagRow(NamedTuple):
    """As much of a flag as access rules ask for."""

    pk: int
    created_by_id: int | None


def active_flags_of(*, cohort_ids: Iterable[int]) -> list[tuple[FlagRow, str]]:
    """Return the active flags that ask for members of these cohorts, each with its key."""
    # A reverse lookup: flags stand above cohorts, the schema knows the join.
    flag = "flag_uses__flag"
    found = Cohort.objects.filter(pk__in=cohort_ids, **{f"{flag}__deleted": False})
    live = found.filter(**{f"{flag}__active": True}).order_by(f"{flag}__key")
    rows = live.values_list(f"{flag}__pk", f"{flag}__created_by", f"{flag}__key").distinct()
    return [(FlagRow(pk, author), key) for pk, author, key in rows]


def cohorts_about(*, project: Project, action_id: int) -> list[Cohort]:
    """Return the project's live cohorts that a condition on an action defines."""
    rows = Cohort.objects.filter(project=project, deleted=False, is_static=False)
    rows = rows.select_related("created_by")
    return [row for row in rows.order_by("pk") if action_id in needed_actions(row.filters)]


class CohortRow(NamedTuple):
    """As much of a cohort as decides who is in it."""

    pk: int
    is_static: bool
    properties: Any
    version: int


def definitions_of(*, project_id: int) -> list[CohortRow]:
    """Return what decides who is in the project's live cohorts."""
    rows = Cohort.objects.filter(project=project_id, deleted=False).order_by("pk")
    return [
        CohortRow(pk, is_static, filters.get("properties") or {}, version)
        for pk, is_static, filters, version in rows.values_list(*_DECISIVE_COLUMNS)
    ]


def static_cohorts_of(*, project_id: int, distinct_id: str) -> set[int]:
    """Return the ids of the static cohorts that the person with a distinct id is in."""
    person = person_with_id(project_id, distinct_id)
    actors = actors_of(project_id=project_id, person=person)
    rows = CohortMember.objects.filter(project_id=project_id, person__in=actors)
    return set(rows.values_list("cohort_id", flat=True))


def static_members(*, project_id: int, cohort_ids: Collection[int]) -> dict[int, set[int]]:
    """Return which of these static cohorts persons are in, by person."""
    members = CohortMember.objects.filter(project_id=project_id, cohort__in=cohort_ids)
    rows = list(members.values_list("person", "cohort_id"))
    persons = persons_by_actor(project_id=project_id, actors={actor for actor, _ in rows})
    found: dict[int, set[int]] = {}
    for actor, cohort_id in rows:
        found.setdefault(persons[actor], set()).add(cohort_id)
    return found


def member_fingerprints(*, cohort_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return for static cohorts what changes with their members: how many, and the newest row."""
    rows = CohortMember.objects.filter(cohort__in=cohort_ids).order_by().values("cohort_id")
    counted = rows.annotate(number=Count("pk"), newest=Max("pk"))
    return {row["cohort_id"]: (row["number"], row["newest"]) for row in counted}


def list_members(*, cohort: Cohort) -> QuerySet[CohortMember]:
    """Return the members of a static cohort, who was put in last first."""
    return cohort.members.order_by("-pk")


def persons_of(*, cohort: Cohort, members: Sequence[CohortMember]) -> list[Person]:
    """Return the persons that these members of a cohort are, each once and with all their ids."""
    return people_of(project_id=cohort.project_id, actors=[each.person for each in members])


def actors_with(*, cohort: Cohort, uuid: UUID) -> list[int]:
    """Return the numbers of the person with this uuid: one who is stored, or in the cohort."""
    stored = persons_with(project_id=cohort.project_id, uuids=[uuid])
    if stored:
        return actors_of(project_id=cohort.project_id, person=stored[0])
    # A uuid follows from a number, and not the other way round.
    numbers = cohort.members.values_list("person", flat=True).iterator()
    own = (each for each in numbers if person_uuid(cohort.project_id, each) == uuid)
    return list(islice(own, 1))


def persons_with(*, project_id: int, uuids: Sequence[UUID]) -> list[int]:
    """Return the numbers of the stored persons with these uuids."""
    rows = Person.objects.filter(project_id=project_id, uuid__in=uuids)
    return list(rows.values_list("person", flat=True))


def count_members(*, cohort: Cohort) -> int:
    """Count the members of a static cohort."""
    if "member_count" in vars(cohort):
        # Counted with the list.
        return vars(cohort)["member_count"] or 0
    return cohort.members.count()


def list_calculations(*, cohort: Cohort) -> QuerySet[CohortCalculation]:
    """Return the calculations that put people into a cohort, the newest first."""
    return cohort.calculations.order_by("-started_at", "-pk")


def lock_calculation(*, calculation_id: UUID) -> CohortCalculation | None:
    """Lock a calculation that has not ended, and its cohort; None when there is none."""
    require_transaction()
    left = CohortCalculation.objects.filter(pk=calculation_id, finished_at=None)
    return left.select_related("cohort").select_for_update(of=("self", "cohort")).first()


def calculations_left(*, now: datetime) -> list[UUID]:
    """Return the calculations that nobody seems to go on with, the oldest first."""
    left = CohortCalculation.objects.filter(finished_at=None, started_at__lt=now - _LEFT_AFTER)
    return list(left.order_by("started_at").values_list("pk", flat=True))


def members_after(*, cohort_id: int, position: int, most: int) -> list[tuple[int, int]]:
    """Return id and person of the next members of a cohort, in the order of their ids."""
    members = CohortMember.objects.filter(cohort_id=cohort_id, pk__gt=position).order_by("pk")
    return list(members.values_list("pk", "person")[:most])


def static_cohorts_by_person(*, project_id: int, persons: Collection[int]) -> dict[int, set[int]]:
    """Return the ids of the static cohorts that each of these persons is in."""
    actors = actors_by_person(project_id=project_id, persons=persons)
    person_by_actor = {actor: person for person, own in actors.items() for actor in own}
    rows = CohortMember.objects.filter(project_id=project_id, person__in=person_by_actor)
    found: dict[int, set[int]] = {}
    for actor, cohort_id in rows.values_list("person", "cohort_id"):
        found.setdefault(person_by_actor[actor], set()).add(cohort_id)
    return found


def experiment_ids_of(*, cohort: Cohort) -> list[int]:
    """Return the ids of the experiments, not deleted ones, whose exposed people a cohort is."""
    if "experiment_ids" in vars(cohort):
        # Found with the list.
        return sorted(vars(cohort)["experiment_ids"] or [])
    return sorted(cohort.experiments.filter(deleted=False).values_list("pk", flat=True))


def _member_counts() -> QuerySet[Any]:
    members = CohortMember.objects.filter(cohort=OuterRef("pk")).order_by().values("cohort")
    return members.annotate(number=Count("pk")).values("number")


def _experiment_ids() -> QuerySet[Any]:
    # A reverse lookup: experiments stand above cohorts, the schema knows the join.
    uses = Cohort.objects.filter(pk=OuterRef("pk"), experiments__deleted=False).order_by()
    found = uses.values("pk").annotate(found=JSONList("experiments"))
    return found.values("found")


def _behavioral_ids(project: Project) -> list[int]:
    rows = Cohort.objects.filter(project=project, deleted=False, is_static=False)
    return [row.pk for row in rows if row.cohort_type is CohortType.BEHAVIORAL]
