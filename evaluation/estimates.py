"""How many of the stored people, or groups, a condition reaches."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cohorts.selectors import static_members
from core.exceptions import RuleBroken
from evaluation import selectors
from evaluation.engine.cohorts import Cohorts
from evaluation.engine.conditions import compile_properties
from evaluation.engine.subjects import Subject, merged_properties
from events.selectors import count_stored, newest_groups, newest_persons
from property_filters import UnreadableFilter

Check = Callable[[Subject], bool]

# So many are looked at; of more people, a share is told.
MAX_SAMPLE = 20_000


@dataclass(frozen=True, slots=True)
class Reach:
    """How many are reached, of how many."""

    affected: int
    total: int


def estimate_reach(
    *, project_id: int, condition: Mapping[str, object], group_type_index: int | None
) -> Reach:
    """Count whom the properties of a condition reach; its rollout percentage does not count.

    Of more than 20,000 people the newest are looked at, and the share that is reached is theirs.

    :raises RuleBroken: when the condition cannot be read.
    """
    cohorts = Cohorts(selectors.list_cohort_definitions(project_id=project_id))
    check = _compiled(condition, group_type_index, cohorts)
    total = count_stored(project_id=project_id, type_index=group_type_index)
    if check is None:
        return Reach(total, total)
    seen = reached = 0
    members = static_members(project_id=project_id) if cohorts.has_static else {}
    for subject in _subjects(project_id, group_type_index, members):
        seen += 1
        reached += check(subject)
    share = reached / seen if seen else 0
    return Reach(reached if seen >= total else round(share * total), total)


def _compiled(
    condition: Mapping[str, object], group_type_index: int | None, cohorts: Cohorts
) -> Check | None:
    try:
        return compile_properties(
            condition.get("properties"),
            group_type=group_type_index,
            flag_keys={},
            cohorts=cohorts,
        )
    except UnreadableFilter as reason:
        raise RuleBroken(str(reason), attr="condition") from None


def _subjects(
    project_id: int, group_type_index: int | None, members: Mapping[int, set[int]]
) -> Iterator[Subject]:
    if group_type_index is None:
        for person, distinct_id, stored in newest_persons(project_id=project_id, limit=MAX_SAMPLE):
            properties = merged_properties(stored=stored, sent={}, distinct_id=distinct_id)
            yield Subject(distinct_id, properties, static_cohort_ids=members.get(person, ()))
        return
    for key, stored in newest_groups(
        project_id=project_id, type_index=group_type_index, limit=MAX_SAMPLE
    ):
        subject = Subject("")
        subject.add_group(group_type_index, key, {**stored, "$group_key": key})
        yield subject
