"""What depends on a flag: experiments and other flags."""

from collections.abc import Collection
from typing import Protocol

from django.db.models import Model

from feature_flags.models import FeatureFlag
from feature_flags.selectors import (
    experiments_on,
    find_first_dependent,
    live_dependents_of,
    live_experiments_of,
    named,
)


class Uses(Protocol):
    """Tells who needs a flag that is locked."""

    def has_experiments(self, flag: FeatureFlag) -> bool:
        """Tell whether experiments that are not deleted are on the flag."""
        ...

    def first_dependent(self, flag: FeatureFlag) -> FeatureFlag | None:
        """Return a flag that is on and depends on this one."""
        ...


class AskedUses:
    """Asks the database when it matters."""

    def has_experiments(self, flag: FeatureFlag) -> bool:
        """Tell whether experiments that are not deleted are on the flag."""
        return bool(live_experiments_of(flag=flag))

    def first_dependent(self, flag: FeatureFlag) -> FeatureFlag | None:
        """Return a flag that is on and depends on this one."""
        return find_first_dependent(flag=flag)


class KnownUses:
    """Knows it of many flags that the caller has locked, by two statements."""

    def __init__(self, flag_ids: Collection[int]) -> None:
        self._experiments = experiments_on(flag_ids)
        self._dependents = live_dependents_of(flag_ids)

    def live_experiments(self, flag: FeatureFlag) -> list[tuple[Model, str]]:
        """Return the experiments on the flag that are not deleted, each with how it is named."""
        return named(each for each in self._experiments.get(flag.pk, ()) if not each.deleted)

    def has_any_experiments(self, flag: FeatureFlag) -> bool:
        """Tell whether an experiment is on the flag, even a deleted one."""
        return flag.pk in self._experiments

    def has_experiments(self, flag: FeatureFlag) -> bool:
        """Tell whether experiments that are not deleted are on the flag."""
        return bool(self.live_experiments(flag))

    def first_dependent(self, flag: FeatureFlag) -> FeatureFlag | None:
        """Return a flag that is on and depends on this one."""
        return next(iter(self._dependents.get(flag.pk, ())), None)

    def forget(self, flag: FeatureFlag) -> None:
        """Take note that the flag is off from now on."""
        for needed, dependents in self._dependents.items():
            self._dependents[needed] = [each for each in dependents if each.pk != flag.pk]


ASKED_USES = AskedUses()
