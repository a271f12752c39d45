"""Evaluating a project's flags for whom a request names."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.db.transactions import use_case
from core.exceptions import NotFound
from evaluation import selectors
from evaluation.engine.flag_set import FlagSet
from evaluation.engine.needs import Needs
from evaluation.engine.outcomes import Outcome
from evaluation.engine.selection import EVERYTHING, Selection
from evaluation.engine.subjects import Subject, merged_properties
from evaluation.flag_requests import MAX_ID_LENGTH, FlagsRequest, is_storable
from evaluation.models import KeptIdentifier
from evaluation.selectors import ProjectFlags
from events.selectors import get_person
from feature_flags.models import FeatureFlag
from tenants.models import Project


def evaluate_flags(
    *, project_flags: ProjectFlags, asked: FlagsRequest, runtime: str | None
) -> Mapping[str, Outcome]:
    """Return the outcomes of the flags that are asked for, by their keys.

    A runtime of None asks for the flags of all runtimes. Whoever was anonymous before keeps the
    variants of then, for flags with experience continuity.
    """
    flags, project_id = project_flags.flags, project_flags.project_id
    kept: Mapping[str, str] = {}
    if flags.continuous_keys:
        kept = _keep_identifiers(flags, project_id=project_id, asked=asked)
    selection = EVERYTHING
    if runtime is not None or asked.contexts:
        selection = Selection(runtime, asked.contexts)
    needs = flags.plan(selection=selection, keys=asked.flag_keys).needs
    subject = find_subject(needs, project_id=project_id, asked=asked, kept=kept)
    return flags.evaluate(subject, selection=selection, keys=asked.flag_keys)


def find_subject(
    needs: Needs, *, project_id: int, asked: FlagsRequest, kept: Mapping[str, str]
) -> Subject:
    """Return whom a request names, with the stored properties that the flags ask for."""
    sent = asked.person_properties
    stored: Mapping[str, object] = {}
    if not needs.person_keys <= sent.keys() | {"distinct_id"}:
        stored = selectors.stored_properties(project_id=project_id, distinct_id=asked.distinct_id)
    subject = Subject(
        asked.distinct_id,
        merged_properties(
            stored=stored,
            sent=sent,
            distinct_id=asked.distinct_id,
            initial_keys=needs.initial_keys,
        ),
        anonymous_id=asked.anonymous_id,
        device_id=asked.device_id,
        hash_keys=kept,
    )
    if needs.static_cohorts:
        subject.static_cohort_ids = selectors.static_cohorts(
            project_id=project_id, distinct_id=asked.distinct_id
        )
    if asked.groups and needs.group_types:
        _add_groups(subject, needs, project_id=project_id, asked=asked)
    return subject


def outcomes_of(
    *,
    project: Project,
    flags: Iterable[FeatureFlag],
    distinct_id: str,
    groups: Mapping[str, str],
) -> list[tuple[FeatureFlag, Outcome | None]]:
    """Return what these flags give somebody, for all runtimes; None where a flag is off."""
    compiled = selectors.get_project_flags(token=project.api_token).flags
    subject = find_whole_subject(project_id=project.pk, distinct_id=distinct_id, groups=groups)
    found = compiled.evaluate(subject)
    return [(flag, found.get(flag.key)) for flag in flags]


def try_flag(*, project: Project, flag: FeatureFlag, who: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a flag gives somebody, a distinct id or a person, and how it comes to that.

    :raises NotFound: when there is no such person, or the flag is deleted.
    """
    distinct_id = who.get("distinct_id")
    if distinct_id is None:
        person = get_person(project_id=project.pk, reference=str(who["person_id"]))
        distinct_id = person.distinct_id
    groups = who.get("groups", {})
    subject = find_whole_subject(project_id=project.pk, distinct_id=distinct_id, groups=groups)
    compiled = selectors.get_project_flags(token=project.api_token).flags
    try:
        outcome, conditions = compiled.explain(flag.key, subject)
    except KeyError:
        raise NotFound from None
    return {
        "flag_key": flag.key,
        "result": outcome.value,
        "reason": outcome.reason.value,
        "condition_index": outcome.condition_index,
        "payload": outcome.payload,
        "person_properties": _told_properties(subject, who),
        "evaluation_distinct_id": who.get("distinct_id"),
        "conditions": conditions,
    }


def _told_properties(subject: Subject, who: Mapping[str, Any]) -> Mapping[str, object]:
    # Who asks about a person need not be somebody who may read the ids of that person.
    told = dict(subject.person_properties)
    if "distinct_id" not in who:
        told.pop("distinct_id", None)
    return told


def reason_of(outcome: Outcome | None) -> Mapping[str, Any]:
    """Return a flag's value with its reason; without an outcome it is off."""
    if outcome is None:
        return {"value": False, "evaluation": {"reason": "disabled", "condition_index": None}}
    told = {"reason": outcome.reason.value, "condition_index": outcome.condition_index}
    return {"value": outcome.value, "evaluation": told}


def find_whole_subject(*, project_id: int, distinct_id: str, groups: Mapping[str, str]) -> Subject:
    """Return a person and their groups with all that is stored of them; nothing is written."""
    asked = FlagsRequest(distinct_id[:MAX_ID_LENGTH], groups=groups)
    kept = selectors.kept_identifiers(
        project_id=project_id, distinct_id=asked.distinct_id, anonymous_id=None
    )
    stored = selectors.stored_properties(project_id=project_id, distinct_id=asked.distinct_id)
    subject = Subject(
        asked.distinct_id,
        merged_properties(stored=stored, sent={}, distinct_id=asked.distinct_id),
        hash_keys=kept.identifiers,
        static_cohort_ids=selectors.static_cohorts(
            project_id=project_id, distinct_id=asked.distinct_id
        ),
    )
    for name, index in selectors.group_types(project_id=project_id).items():
        if name in groups:
            key = groups[name]
            found = selectors.stored_group(project_id=project_id, type_index=index, key=key)
            subject.add_group(index, key, {**found, "$group_key": key})
    return subject


def _add_groups(subject: Subject, needs: Needs, *, project_id: int, asked: FlagsRequest) -> None:
    wanted = needs.group_keys
    for name, index in selectors.group_types(project_id=project_id).items():
        if name not in asked.groups:
            continue
        key, sent = asked.groups[name], asked.group_properties.get(name, {})
        stored: Mapping[str, object] = {}
        if not wanted.get(index, frozenset()) <= sent.keys() | {"$group_key"}:
            stored = selectors.stored_group(project_id=project_id, type_index=index, key=key)
        subject.add_group(index, key, {**stored, "$group_key": key, **sent})


def _keep_identifiers(flags: FlagSet, *, project_id: int, asked: FlagsRequest) -> Mapping[str, str]:
    kept = selectors.kept_identifiers(
        project_id=project_id, distinct_id=asked.distinct_id, anonymous_id=asked.anonymous_id
    )
    anonymous_id = asked.anonymous_id
    if anonymous_id is None or not is_storable(anonymous_id):
        return kept.identifiers
    wanted = dict.fromkeys(flags.continuous_keys, anonymous_id[:200]) | kept.identifiers
    missing = [
        KeptIdentifier(project_id=project_id, person=person, flag_key=key, identifier=wanted[key])
        for key in flags.continuous_keys
        for person in kept.persons
        if (person, key) not in kept.known
    ]
    if missing:
        _insert(missing)
    return wanted


@use_case
def _insert(rows: Iterable[KeptIdentifier]) -> None:
    # Two requests of one login may come at once; the first one counts.
    KeptIdentifier.objects.bulk_create(rows, ignore_conflicts=True)


def forget_person(project_id: int, actors: Sequence[int]) -> None:
    """Delete the identifiers that are kept for the person with these numbers."""
    KeptIdentifier.objects.filter(project_id=project_id, person__in=actors).delete()
