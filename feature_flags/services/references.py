"""What a flag's filters point at: other flags, and cohorts."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.exceptions import InUse, RuleBroken
from core.http.query_text import is_id
from feature_flags import filters as flag_filters
from feature_flags.models import FeatureFlag, FlagDependency
from feature_flags.selectors import lock_needed_flags, needed_by
from feature_flags.services.cohort_uses import check_cohorts, record_cohorts
from feature_flags.services.uses import ASKED_USES, Uses
from feature_flags.validation import InvalidFilters
from tenants.levels import FEATURE_FLAG
from tenants.selectors import find_access
from users.models import User


class DependencyIsOff(RuleBroken):
    """Raised when a flag shall be switched on and one that it depends on is off."""


class FlagIsNeeded(InUse):
    """Raised when a flag shall be switched off, or deleted, and one that is on depends on it."""

    resource = FEATURE_FLAG


@dataclass(frozen=True)
class Standing:
    """What other flags can notice of a flag: whether it is on, and which it asks."""

    is_on: bool
    needs: frozenset[str]
    cohorts: frozenset[str] = frozenset()


NOWHERE = Standing(is_on=False, needs=frozenset())


def standing_of(flag: FeatureFlag) -> Standing:
    """Return how the flag stands, as it is in memory."""
    is_on = bool(flag.active and not flag.deleted)
    return Standing(
        is_on=is_on,
        needs=frozenset(flag_filters.dependencies(flag.filters)),
        cohorts=frozenset(flag_filters.cohort_references(flag.filters)),
    )


def check_references(
    flag: FeatureFlag, *, before: Standing, actor: User, uses: Uses = ASKED_USES
) -> None:
    """Check what a new or changed flag points at, and what points at it.

    The flags it depends on are locked, so that none of them is switched off meanwhile. One that is
    denied the actor does not exist for them, unless it is depended on already: what a flag
    evaluates to, and whether it is on, would show in the one that asks for it.

    :raises DependencyIsOff: when it is switched on and a flag that it depends on is off.
    :raises FlagIsNeeded: when it is switched off and a flag that is on depends on it.
    :raises InvalidFilters: when it comes to depend on a flag that is not there, or on itself, or
        to ask for a cohort that is not there or cannot be evaluated.
    """
    after = standing_of(flag)
    if after.cohorts and (after.cohorts != before.cohorts or (after.is_on and not before.is_on)):
        check_cohorts(after.cohorts, project_id=flag.project_id)
    if after.needs - before.needs:
        _check_added(flag, after.needs - before.needs, actor)
    if after.is_on and not before.is_on and after.needs:
        _check_on(flag, after.needs)
    if before.is_on and not after.is_on:
        _check_unneeded(flag, uses)


def record_references(flag: FeatureFlag, *, before: Standing) -> None:
    """Write down which flags a saved flag depends on, when these are not those of before."""
    after = standing_of(flag)
    if after.cohorts != before.cohorts:
        record_cohorts(flag, references=after.cohorts)
    needs = after.needs
    if needs == before.needs:
        return
    ids = _ids(needs)
    FlagDependency.objects.filter(flag=flag).exclude(needed_id__in=ids).delete()
    kept = needed_by([flag.pk])
    FlagDependency.objects.bulk_create(
        FlagDependency(flag=flag, needed_id=need) for need in sorted(ids - kept)
    )


def _check_added(flag: FeatureFlag, added: Iterable[str], actor: User) -> None:
    for text in sorted(added):
        if not is_id(text):
            raise InvalidFilters("A flag is depended on by its id, written as text.")
    ids = _ids(added)
    if flag.pk in ids:
        raise InvalidFilters("A flag cannot depend on itself.")
    live = {found.pk for found in lock_needed_flags(flag=flag, ids=ids) if standing_of(found).is_on}
    access = find_access(user=actor, project=flag.project, resource=FEATURE_FLAG)
    seen = access.visible(FEATURE_FLAG, FeatureFlag.objects.filter(pk__in=live))
    if missing := sorted(ids - set(seen.values_list("pk", flat=True))):
        raise InvalidFilters(f"There is no active feature flag with the id {missing[0]}.")
    _check_no_circle(flag, ids)


def _check_no_circle(flag: FeatureFlag, ids: set[int]) -> None:
    # Locking what is passed makes two writers that close a circle together wait for each other.
    seen, edge = set(ids), ids
    if flag._state.adding:  # noqa: SLF001
        return
    while edge := needed_by(edge) - seen:
        if flag.pk in edge:
            raise InvalidFilters("Feature flags cannot depend on each other in a circle.")
        seen |= edge
        lock_needed_flags(flag=flag, ids=edge)


def _check_on(flag: FeatureFlag, needs: Iterable[str]) -> None:
    ids = _ids(needs)
    live = {found.pk for found in lock_needed_flags(flag=flag, ids=ids) if standing_of(found).is_on}
    if missing := sorted(ids - live):
        raise DependencyIsOff(
            f"This flag depends on the feature flag {missing[0]}, which is off. Switch it on first."
        )


def _check_unneeded(flag: FeatureFlag, uses: Uses) -> None:
    dependent = uses.first_dependent(flag)
    if dependent is not None:
        name = f"{dependent.key} ({dependent.pk})"
        raise FlagIsNeeded(
            "Feature flags depend on this one: {}. Switch them off first.",
            things=[(dependent, name)],
        )


def _ids(needs: Iterable[str]) -> set[int]:
    return {int(text) for text in needs if is_id(text)}
