"""All flags of a project, compiled together and evaluated together."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.engine.cohorts import Cohorts
from evaluation.engine.definitions import CohortDefinition, FlagDefinition
from evaluation.engine.dependencies import in_order, reachable
from evaluation.engine.explanations import Explanation
from evaluation.engine.flags import FlagCompiler
from evaluation.engine.needs import Needs, is_continuous, needed_flags, needs_of
from evaluation.engine.outcomes import FlagIdentity, Outcome, Reason
from evaluation.engine.selection import EVERYTHING, Selection
from evaluation.engine.steps import Decide
from evaluation.engine.subjects import Subject

_log = logging.getLogger(__name__)

# How many plans are kept for the requests that ask for the same again.
_MAX_PLANS = 64


@dataclass(frozen=True, slots=True)
class Plan:
    """The flags that requests of one kind evaluate, in their order, and what they have to know."""

    steps: list[tuple[str, Decide]]
    needs: Needs


class FlagSet:
    """The flags of a project, ready to be evaluated.

    Deleted flags matter only as far as others depend on them: they count as false.
    """

    def __init__(
        self, flags: Sequence[FlagDefinition], *, cohorts: Iterable[CohortDefinition] = ()
    ) -> None:
        # Live flags have keys of their own; ids are what dependencies name.
        live = {flag.key: flag for flag in flags if not flag.deleted}
        keys = {str(flag.id): None if flag.deleted else flag.key for flag in flags}
        wanted = {key: needed_flags(flag.filters) for key, flag in live.items()}
        self._needed: Mapping[str, set[str]] = {
            key: {needed for one in ids if (needed := keys.get(one)) is not None}
            for key, ids in wanted.items()
        }
        ordered, cyclic = in_order(sorted(live), self._needed)
        missing = cyclic | {key for key, ids in wanted.items() if not ids <= keys.keys()}
        self._keys, self._cohorts = keys, Cohorts(cohorts)
        self._flags = [live[key] for key in ordered]
        self._decide = {
            flag.key: _constant(flag, Reason.MISSING_DEPENDENCY)
            if flag.key in missing
            else _compiled(flag, flag_keys=keys, cohorts=self._cohorts)
            for flag in self._flags
        }
        self._plans: dict[tuple[Selection, frozenset[str] | None], Plan] = {}
        # Flags whose people keep their variants when they log in, whichever are asked for.
        self.continuous_keys = [
            flag.key for flag in self._flags if flag.active and is_continuous(flag)
        ]

    def evaluate(
        self,
        subject: Subject,
        *,
        selection: Selection = EVERYTHING,
        keys: Collection[str] | None = None,
    ) -> dict[str, Outcome]:
        """Return the outcome of each flag that is served to the subject, by its key.

        With keys, only of these; what they depend on is evaluated too, but not returned.
        """
        results = subject.results
        for key, decide in self.plan(selection=selection, keys=keys).steps:
            try:
                results[key] = decide(subject)
            except Exception:  # noqa: BLE001 - no flag takes the others along
                _log.exception("A flag could not be evaluated.", extra={"flag": key})
                results[key] = self._failed(key)
        return results if keys is None else {key: results[key] for key in keys if key in results}

    def plan(
        self, *, selection: Selection = EVERYTHING, keys: Collection[str] | None = None
    ) -> Plan:
        """Return how the flags of a selection are evaluated; with keys, only these."""
        # Anybody can name flags that are not there; they would be kept for nothing.
        known = None if keys is None else frozenset(self._decide.keys() & keys)
        asked = (selection, known)
        plan = self._plans.get(asked)
        if plan is None:
            plan = self._made(*asked)
            if len(self._plans) >= _MAX_PLANS:
                self._plans.clear()
            self._plans[asked] = plan
        return plan

    def keys_with(self, key: str) -> Collection[str]:
        """Return the key of a flag with those of all that it depends on."""
        return {key, *reachable({key}, self._needed)}

    def explain(self, key: str, subject: Subject) -> tuple[Outcome, list[Explanation]]:
        """Return the outcome of one flag, which may be off, and how its conditions lead to it.

        :raises KeyError: when there is no such flag.
        """
        flag = self._find(key)
        outcome = self.evaluate(subject, keys=[key]).get(key) or _outcome(flag, Reason.DISABLED)
        compiler = FlagCompiler(flag, flag_keys=self._keys, cohorts=self._cohorts)
        return outcome, [] if outcome.has_failed else compiler.explain(subject)

    def _find(self, key: str) -> FlagDefinition:
        found = next((flag for flag in self._flags if flag.key == key), None)
        if found is None:
            raise KeyError(key)
        return found

    def _failed(self, key: str) -> Outcome:
        return _outcome(self._find(key), Reason.FAILED)

    def _made(self, selection: Selection, keys: frozenset[str] | None) -> Plan:
        flags = [flag for flag in self._flags if selection.includes(flag)]
        if keys is not None:
            wanted = keys | reachable(keys, self._needed)
            flags = [flag for flag in flags if flag.key in wanted]
        steps = [(flag.key, self._decide[flag.key]) for flag in flags]
        return Plan(steps, needs_of(flags, cohorts=self._cohorts))


def _compiled(
    flag: FlagDefinition, *, flag_keys: Mapping[str, str | None], cohorts: Cohorts
) -> Decide:
    try:
        return FlagCompiler(flag, flag_keys=flag_keys, cohorts=cohorts).compile()
    except Exception:  # noqa: BLE001 - filters written into the database directly may be anything
        _log.exception("A flag could not be compiled.", extra={"flag": flag.key})
        return _constant(flag, Reason.FAILED)


def _constant(flag: FlagDefinition, reason: Reason) -> Decide:
    outcome = _outcome(flag, reason)
    return lambda _: outcome


def _outcome(flag: FlagDefinition, reason: Reason) -> Outcome:
    return Outcome(FlagIdentity(flag.id, flag.key, flag.version), False, reason)
