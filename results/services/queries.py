"""The two queries of the wire: a metric's result and an experiment's exposures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict

from django.conf import settings
from django.utils import timezone

from events.facts import Watermark
from experiments.models import Experiment
from results.queries.zones import in_zone
from results.representation import no_exposures, represent_exposures, represent_metric
from results.services.analysis import Analysis, Subject, analysis_of, subject_of
from results.services.exposures import compute_exposures
from results.services.metrics import compute_metric, plan_of
from results.services.result_cache import (
    LIFETIME,
    CachedResult,
    CacheKey,
    Computed,
    Document,
    digest_of,
    find_result,
    get_or_compute,
)
from results.services.sources import current_watermark

# Counts up when results are computed otherwise than before.
VERSION = 4
# For how long a result is valid when no event arrives.
_LIFETIME_WHILE_TIME_CHANGES_IT = timedelta(minutes=1)
_LIFETIME_AFTER_THE_END = timedelta(hours=1)
_UNIMPORTANT = frozenset({"name", "fingerprint", "isSharedMetric", "sharedMetricId"})


class Overrides(TypedDict, total=False):
    """What an exposure query says itself of its experiment; what it says is null is null."""

    flag_filters: Mapping[str, object]
    start: datetime | None
    end: datetime | None
    criteria: Mapping[str, object] | None
    # As a flag stores it.
    holdout: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class ResultQuery:
    """A result of an experiment by its key in the cache, and how it is computed."""

    experiment_id: int
    key: CacheKey
    compute: Callable[[], Computed]

    def result(self, *, is_forced: bool = False) -> CachedResult:
        """Return the result, computed if need be; `is_forced` computes it in any case.

        :raises NotComputable: when it cannot be computed.
        :raises AtCapacity: when it takes somebody else too long.
        """
        return get_or_compute(self.key, self.compute, is_forced=is_forced)

    def find(self, *, now: datetime) -> CachedResult | None:
        """Return the result if it is in the cache."""
        return find_result(self.key, now=now)


def metric_query(
    *, experiment: Experiment, metric: Mapping[str, object], now: datetime
) -> ResultQuery:
    """Return the query of a metric of an experiment.

    :raises NotComputable: when the experiment has not started, or the metric asks for something
        that results do not compute.
    """
    analysis = analysis_of(subject_of(experiment, now=now), now=now)
    plan = plan_of(metric, analysis)
    known = {name: value for name, value in metric.items() if name not in _UNIMPORTANT}
    return ResultQuery(
        experiment.pk,
        cache_key_of(analysis, "metric", known),
        from_events(analysis, lambda current: represent_metric(compute_metric(plan, current))),
    )


def exposure_query(*, experiment: Experiment, sent: Overrides, now: datetime) -> ResultQuery:
    """Return the query of an experiment's exposures; what the query says itself counts.

    The key of the flag is always that of the stored experiment.

    :raises NotComputable: when the criteria cannot be computed.
    """
    subject = _as_sent(subject_of(experiment, now=now), sent)
    if subject.start is None:
        nothing = Watermark(0, 0)
        key = CacheKey(experiment.project_id, digest_of("draft", experiment.pk), nothing, LIFETIME)
        return ResultQuery(experiment.pk, key, lambda: Computed(no_exposures(), nothing))
    analysis = analysis_of(subject, now=now)
    key = cache_key_of(analysis, "exposures")
    return ResultQuery(experiment.pk, key, from_events(analysis, _exposures))


def _as_sent(stored: Subject, sent: Overrides) -> Subject:
    filters = sent.get("flag_filters", stored.flag_filters)
    if "holdout" in sent:
        filters = {**filters, "holdout": sent["holdout"]}
    return replace(
        stored,
        flag_filters=filters,
        start=sent.get("start", stored.start),
        end=sent.get("end", stored.end),
        criteria=sent.get("criteria", stored.criteria),
    )


def _exposures(analysis: Analysis) -> Document:
    end = analysis.subject.end
    return represent_exposures(
        compute_exposures(analysis),
        start=in_zone(analysis.start, analysis.zone),
        end=in_zone(end, analysis.zone) if end else None,
    )


def from_events(
    analysis: Analysis, compute: Callable[[Analysis], Document]
) -> Callable[[], Computed]:
    """Return how a document is computed from the events of the moment at which that begins.

    `analysis` is as it was asked for; `compute` gets the one of that moment.
    """

    def computed() -> Computed:
        # The time after the events: of those that have arrived, none lies ahead by waiting.
        basis = current_watermark(analysis.project_id)
        return Computed(compute(analysis_of(analysis.subject, now=timezone.now())), basis)

    return computed


def cache_key_of(analysis: Analysis, kind: str, detail: object = None) -> CacheKey:
    """Return the key of a result that depends on this analysis, a detail, and the events."""
    subject = analysis.subject
    digest = digest_of(
        VERSION,
        kind,
        detail,
        _dependencies(subject),
        analysis.exposure.source.as_text(),
        # A new day, for series by day.
        in_zone(analysis.end, analysis.zone).date(),
    )
    basis = current_watermark(analysis.project_id)
    return CacheKey(analysis.project_id, digest, basis, _lifetime(analysis))


def _lifetime(analysis: Analysis) -> timedelta:
    # Events that clients dated ahead come of age, and people become mature.
    changes = not analysis.is_ended or analysis.exposure.is_matured_only
    return _LIFETIME_WHILE_TIME_CHANGES_IT if changes else _LIFETIME_AFTER_THE_END


def _dependencies(subject: Subject) -> list[object]:
    return [
        subject.experiment_id,
        subject.project.zone,
        subject.actions,
        # Those that the exposures and the planned metrics ask for.
        subject.cohorts.used,
        subject.flag_filters.get("multivariate"),
        subject.flag_filters.get("holdout"),
        subject.start,
        subject.end,
        subject.criteria,
        subject.stats_config,
        subject.parameters,
        settings.RESULTS_ANALYSE_HOLDOUTS,
        settings.RESULTS_INTERPOLATE_PERCENTILES,
    ]
