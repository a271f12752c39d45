"""How many of the stored people, or groups, a condition reaches."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.exceptions import RuleBroken, ValidationError, first_detail
from core.ops.request_turns import giving_way
from evaluation import selectors
from evaluation.engine.cohorts import Cohorts
from evaluation.engine.conditions import compile_properties
from evaluation.engine.subjects import Subject
from evaluation.population import subjects_of
from events.selectors import count_stored, newest_groups, newest_persons
from feature_flags.filters import Document, normalised, properties, release_groups
from feature_flags.validation import InvalidFilters, check_filters
from property_filters import UnreadableFilter

Check = Callable[[Subject], bool]

# So many are looked at, for so long; of more people, a share is told.
MAX_SAMPLE = 20_000
MAX_SECONDS = 2.0
_PORTION = 1_000


@dataclass(frozen=True, slots=True)
class Reach:
    """How many are reached, of how many."""

    affected: int
    total: int


def estimate_reach(*, project_id: int, condition: Document, group_type_index: int | None) -> Reach:
    """Count whom the properties of a condition reach; its rollout percentage does not count.

    Of more than 20,000 people the newest are looked at, and the share that is reached is theirs;
    so are those who can be looked at in two seconds.

    :raises ValidationError: when a flag could not have the condition, or it asks for another flag.
    """
    cohorts = Cohorts(selectors.list_cohort_definitions(project_id=project_id))
    check = _compiled(_group(condition, group_type_index), cohorts)
    total = count_stored(project_id=project_id, type_index=group_type_index)
    if check is None:
        return Reach(total, total)
    if group_type_index is None:
        subjects = _people(project_id, with_cohorts=cohorts.has_static)
    else:
        subjects = _groups(project_id, group_type_index)
    with giving_way():
        seen, reached = _counted(check, subjects)
    share = reached / seen if seen else 0
    return Reach(reached if seen >= total else round(share * total), total)


def _group(condition: Document, group_type_index: int | None) -> Document:
    asked = condition.get("properties")
    group = {
        "properties": [] if asked is None else asked,
        "aggregation_group_type_index": group_type_index,
    }
    filters = normalised({"groups": [group]})
    try:
        check_filters(filters)
    except InvalidFilters as reason:
        raise ValidationError({"condition": [first_detail(reason)]}) from None
    if any(wanted.get("type") == "flag" for wanted in properties(filters)):
        raise RuleBroken(
            "Whom a condition on another flag reaches cannot be estimated.", attr="condition"
        )
    return release_groups(filters)[0]


def _compiled(group: Document, cohorts: Cohorts) -> Check | None:
    try:
        return compile_properties(
            group["properties"],
            group_type=group["aggregation_group_type_index"],
            flag_keys={},
            cohorts=cohorts,
        )
    except UnreadableFilter as reason:
        raise RuleBroken(str(reason), attr="condition") from None


def _counted(check: Check, subjects: Iterator[Subject]) -> tuple[int, int]:
    seen = reached = 0
    ends_at = time.monotonic() + MAX_SECONDS
    for subject in subjects:
        seen += 1
        reached += check(subject)
        if seen == MAX_SAMPLE or time.monotonic() > ends_at:
            break
    return seen, reached


def _people(project_id: int, *, with_cohorts: bool) -> Iterator[Subject]:
    position = None
    while persons := newest_persons(project_id=project_id, before=position, most=_PORTION):
        for subject, _ in subjects_of(project_id, persons, with_cohorts=with_cohorts):
            yield subject
        position = persons[-1][0]


def _groups(project_id: int, type_index: int) -> Iterator[Subject]:
    position = None
    while groups := newest_groups(
        project_id=project_id, type_index=type_index, before=position, most=_PORTION
    ):
        for _, key, stored in groups:
            subject = Subject("")
            subject.add_group(type_index, key, {**stored, "$group_key": key})
            yield subject
        position = groups[-1][0]
