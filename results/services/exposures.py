"""Computing who was exposed: day by day, and whether the split is as planned."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate

from events.numbers import stable_number
from results.outcomes import ExposureOutcome
from results.plans import PlannedSources, exposures_of
from results.queries import MULTIPLE, daily_exposures
from results.queries.zones import local_days
from results.services.analysis import Analysis
from results.services.execution import run
from results.services.sources import from_sources
from results.statistics import MULTIPLE_KEY, bias_risk, sample_ratio
from results.verdict import HOLDOUT

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_DAYS = 3_660


def compute_exposures(analysis: Analysis) -> ExposureOutcome:
    """Return how many people were exposed to each variant, on the day of their first exposure.

    :raises NotComputable: when it takes too long.
    :raises AtCapacity: as `from_sources`.
    """
    return from_sources(analysis, compute=lambda sources: read_exposures(analysis, sources))


def read_exposures(
    analysis: Analysis, sources: PlannedSources, *, stored: str = ""
) -> ExposureOutcome:
    """Return as `compute_exposures`, from these sources; `stored` is a table of the exposures.

    :raises NotComputable: when it takes too long.
    """
    exposures = exposures_of(analysis.exposure, sources, stored=stored)
    days = _days(analysis)
    places = {day: place for place, day in enumerate(days)}
    names = {stable_number(variant): variant for variant in analysis.variants}
    names[MULTIPLE] = MULTIPLE_KEY
    new = {name: [0] * len(days) for name in (*analysis.variants, MULTIPLE_KEY)}
    for row in run(daily_exposures(exposures, analysis.calendar), sources.facts):
        day = (_EPOCH + timedelta(microseconds=row["day"] or 0)).date().isoformat()
        # Whoever came before the first day that is shown counts on it.
        new[names[int(row["arm"] or 0)]][places.get(day, 0)] += int(row["n"] or 0)
    totals = {name: sum(counts) for name, counts in new.items()}
    if not totals[MULTIPLE_KEY]:
        del new[MULTIPLE_KEY], totals[MULTIPLE_KEY]
    return ExposureOutcome(
        days,
        {name: list(accumulate(counts)) for name, counts in new.items()},
        sample_ratio(totals, analysis.shares),
        _bias(totals, analysis),
        totals,
    )


def _days(analysis: Analysis) -> list[str]:
    days = local_days(analysis.start, analysis.end, analysis.zone, most=_MAX_DAYS)
    return [day.isoformat() for day in days]


def _bias(totals: dict[str, int], analysis: Analysis) -> float | None:
    keeps_all = analysis.exposure.is_first_variant_kept
    handling = "first_seen" if keeps_all else "exclude"
    # How many people a holdout keeps out makes no split uneven.
    shares = {key: part for key, part in analysis.shares.items() if not key.startswith(HOLDOUT)}
    return bias_risk(totals, shares, handling=handling, has_ended=analysis.is_ended)
