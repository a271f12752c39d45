"""Who was exposed to an experiment until now, by their numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from experiments.models import Experiment
from experiments.services import MAX_FROZEN, check_freezable, freeze_exposure
from results.plans import PlannedSources, exposures_of
from results.queries import exposed_people
from results.services.analysis import Analysis, analysis_of, subject_of
from results.services.execution import run_numbers
from results.services.queries import cache_key_of, from_events
from results.services.result_cache import Document, get_or_compute
from results.services.sources import from_sources
from users.models import User


# No use case: computing who was exposed takes its time, and must lock nobody out.
def freeze_exposed(*, experiment: Experiment, actor: User, now: datetime) -> Experiment:
    """Let in only those who were exposed to a running experiment until now.

    :raises NotComputable: when who was exposed takes too long to compute, or cannot be.
    :raises AtCapacity: when it takes somebody else too long, or too much is being computed.
    :raises WrongStep: when the exposure cannot be frozen.
    """
    check_freezable(experiment)
    # Wire quirk: frozen-without-persons, see docs/quirks.md.
    persons = list_exposed(experiment=experiment, now=now, most=MAX_FROZEN + 1)
    return freeze_exposure(experiment=experiment, persons=persons, actor=actor, now=now)


def list_exposed(*, experiment: Experiment, now: datetime, most: int) -> Sequence[int]:
    """Return the numbers of the persons who were exposed to any variant, or so many of them.

    :raises NotComputable: when it takes too long, or the exposure criteria cannot be computed.
    :raises AtCapacity: when it takes somebody else too long, or too much is being computed.
    """
    # Whom the analysis leaves out was served a variant, too, and counts before an activation.
    subject = replace(
        subject_of(experiment, now=now),
        parameters=None,
        criteria=_served(experiment.exposure_criteria),
    )
    analysis = analysis_of(subject, now=now)

    def persons(current: Analysis) -> Document:
        return {"persons": from_sources(current, compute=lambda found: _read(current, found, most))}

    # Like every result: one computes it, others wait for that. Nobody gets an older one.
    key, compute = cache_key_of(analysis, "exposed", most), from_events(analysis, persons)
    found = get_or_compute(key, compute, is_forced=True)
    return cast("list[int]", found.document["persons"])


def _read(analysis: Analysis, sources: PlannedSources, most: int) -> list[int]:
    exposures = exposures_of(analysis.exposure, sources)
    return run_numbers(exposed_people(exposures, most=most), sources.facts)


def _served(criteria: Mapping[str, object] | None) -> dict[str, object]:
    """Return criteria by which everybody counts who was served a variant."""
    return {**(criteria or {}), "activation_config": None, "filterTestAccounts": False}
