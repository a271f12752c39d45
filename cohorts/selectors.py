"""Looking up and locking cohorts and their members."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Manager, Model, OuterRef, Prefetch, QuerySet, Subquery

from cohorts.documents import CohortType, needed_cohorts
from cohorts.models import Cohort, CohortMember
from core import preconditions
from core.db.folding import contains
from core.db.transactions import require_transaction
from core.exceptions import RuleBroken
from core.http.query_text import is_id, searchable
from events.models import Person
from events.numbers import actor_number
from events.selectors import actors_of, person_of, persons_by_actor
from tenants.models import Project

MAX_SEARCH_LENGTH = 200


def list_cohorts(*, project: Project) -> QuerySet[Cohort]:
    """Return the project's cohorts, deleted ones too, newest first, with all that they show."""
    shown = _experiments().only("id", "exposure_cohort_id", "deleted")
    return (
        Cohort.objects.filter(project=project)
        .select_related("created_by")
        .prefetch_related(Prefetch("experiments", queryset=shown))
        .annotate(member_count=Subquery(_member_counts()))
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


def lock_cohort(*, project_id: int, cohort_id: int) -> Cohort:
    """Lock a cohort of the project and return it as it is now.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises Cohort.DoesNotExist: when the project has none with this id (any more).
    """
    require_transaction()
    found = Cohort.objects.filter(project=project_id).select_related("created_by")
    cohort = found.select_for_update(of=("self",)).get(pk=cohort_id)
    preconditions.check(cohort)
    return cohort


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
        wanted = {need for row in level.values() for need in needed_cohorts(row.filters)} - seen
    return levels


def dependents_of(*, cohort: Cohort) -> set[int]:
    """Return the ids of the live cohorts that are defined by this one, directly or not."""
    rows = Cohort.objects.filter(project=cohort.project_id, deleted=False)
    needs = {pk: needed_cohorts(filters) for pk, filters in rows.values_list("pk", "filters")}
    found = edge = {cohort.pk}
    while edge := {pk for pk, wanted in needs.items() if wanted & edge} - found:
        found = found | edge
    return found - {cohort.pk}


def active_flags_of(*, cohort_ids: Iterable[int]) -> list[str]:
    """Return the keys of the active flags that ask for members of these cohorts."""
    # A reverse lookup: flags stand above cohorts, the schema knows the join.
    flags = Cohort.objects.filter(pk__in=cohort_ids, flag_uses__flag__deleted=False)
    live = flags.filter(flag_uses__flag__active=True)
    return sorted(live.values_list("flag_uses__flag__key", flat=True).distinct())


def definitions_of(*, project_id: int) -> list[tuple[int, bool, Any]]:
    """Return id, whether it is static, and group of conditions of the project's live cohorts."""
    rows = Cohort.objects.filter(project=project_id, deleted=False).order_by("pk")
    return [
        (pk, is_static, filters.get("properties") or {})
        for pk, is_static, filters in rows.values_list("pk", "is_static", "filters")
    ]


def static_cohorts_of(*, project_id: int, distinct_id: str) -> set[int]:
    """Return the ids of the static cohorts that the person with a distinct id is in."""
    person = person_of(project_id, actor_number(distinct_id))
    actors = actors_of(project_id=project_id, person=person)
    rows = CohortMember.objects.filter(project_id=project_id, person__in=actors)
    return set(rows.values_list("cohort_id", flat=True))


def static_members(*, project_id: int) -> dict[int, set[int]]:
    """Return the ids of the static cohorts that persons are in, by person."""
    rows = list(
        CohortMember.objects.filter(project_id=project_id).values_list("person", "cohort_id")
    )
    persons = persons_by_actor(project_id=project_id, actors={actor for actor, _ in rows})
    found: dict[int, set[int]] = {}
    for actor, cohort_id in rows:
        found.setdefault(persons[actor], set()).add(cohort_id)
    return found


def list_members(*, cohort: Cohort) -> QuerySet[Person]:
    """Return the stored persons in a static cohort, newest first."""
    members = list(cohort.members.values_list("person", flat=True))
    persons = persons_by_actor(project_id=cohort.project_id, actors=members).values()
    found = Person.objects.filter(project_id=cohort.project_id, person__in=persons)
    return found.order_by("-created_at", "-id")


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


def experiment_ids_of(*, cohort: Cohort) -> list[int]:
    """Return the ids of the experiments, not deleted ones, whose exposed people a cohort is."""
    return sorted(each.pk for each in cohort.experiments.all() if not each.deleted)


def _member_counts() -> QuerySet[Any]:
    members = CohortMember.objects.filter(cohort=OuterRef("pk")).order_by().values("cohort")
    return members.annotate(number=Count("pk")).values("number")


def _behavioral_ids(project: Project) -> list[int]:
    rows = Cohort.objects.filter(project=project, deleted=False, is_static=False)
    return [row.pk for row in rows if row.cohort_type is CohortType.BEHAVIORAL]


def _experiments() -> Manager[Model]:
    # A reverse lookup: cohorts stand below experiments, the schema knows the join.
    model: Any = Cohort.experiments.rel.related_model
    return cast("Manager[Model]", model.objects)
