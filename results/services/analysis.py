"""What an experiment's results depend on, read from it once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from django.conf import settings

from actions.selectors import action_steps
from core.exceptions import RuleBroken
from experiments.flag_settings import INDEX
from experiments.models import Experiment
from feature_flags import filters as flag_filters
from results.plans import (
    Actions,
    ExposurePlan,
    Reading,
    UnsupportedMetric,
    activation_source,
    exposure_source,
    keeps_first_variant,
)
from results.queries import Calendar
from results.queries.zones import microseconds
from results.services.cohorts import CohortVersions
from results.services.served import filters_of
from results.statistics import StatsConfig, read_stats_config
from results.statistics.config import number
from results.verdict import HOLDOUT
from tenants.models import Project

Document = Mapping[str, object]


class NotComputable(RuleBroken):
    """Raised for results that cannot be computed; the message says why."""

    default_code = "invalid_input"


@dataclass(frozen=True, slots=True)
class Subject:
    """What of an experiment decides its results; a query may carry some of it in its own words."""

    project: Project
    actions: Actions
    cohorts: CohortVersions
    experiment_id: int
    flag_key: str
    flag_filters: Document
    start: datetime | None
    end: datetime | None
    criteria: object
    stats_config: object
    parameters: object


def subject_of(experiment: Experiment, *, now: datetime, actions: Actions | None = None) -> Subject:
    """Return what the stored experiment says; `actions` are those of its project, if known.

    One that has ended by now keeps what it had, whatever its flag serves since.
    """
    return Subject(
        project=experiment.project,
        actions=action_steps(project=experiment.project) if actions is None else actions,
        cohorts=CohortVersions(experiment.project_id),
        experiment_id=experiment.pk,
        flag_key=experiment.feature_flag.key,
        flag_filters=filters_of(experiment, now=now),
        start=experiment.start_date,
        end=experiment.end_date,
        criteria=experiment.exposure_criteria,
        stats_config=experiment.stats_config,
        parameters=experiment.parameters,
    )


@dataclass(frozen=True, slots=True)
class Analysis:
    """A subject as results see it at one moment.

    `variants` are analysed, in the order of the flag, `shares` their percentages of traffic.
    """

    subject: Subject
    variants: tuple[str, ...]
    shares: Mapping[str, float]
    reading: Reading
    exposure: ExposurePlan
    config: StatsConfig
    now: datetime
    start: datetime
    end: datetime
    calendar: Calendar = field(repr=False)

    @property
    def project_id(self) -> int:
        """The project whose events are read."""
        return self.subject.project.pk

    @property
    def zone(self) -> tzinfo:
        """The time zone of days."""
        return self.subject.project.zone

    @property
    def is_ended(self) -> bool:
        """Whether the experiment is over at this moment."""
        return self.subject.end is not None and self.subject.end <= self.now

    @property
    def baseline(self) -> str:
        """The variant that the others are compared with.

        :raises NotComputable: when the flag does not have it.
        """
        if self.config.baseline not in self.variants:
            raise NotComputable(f"The flag has no variant {self.config.baseline} to compare with.")
        return self.config.baseline


def analysis_of(subject: Subject, *, now: datetime) -> Analysis:
    """Return how a subject is analysed at a moment.

    :raises NotComputable: when it has not started, or its criteria cannot be computed.
    """
    if subject.start is None:
        raise NotComputable("The experiment has not started: it has no results yet.")
    end = min(subject.end or now, now)
    start = min(subject.start, end)
    shares = _shares(subject)
    try:
        reading, exposure = _exposure(subject, tuple(shares), start=start, end=end, now=now)
    except UnsupportedMetric as reason:
        raise NotComputable(str(reason)) from None
    return Analysis(
        subject=subject,
        variants=tuple(shares),
        shares=shares,
        reading=reading,
        exposure=exposure,
        config=read_stats_config(subject.stats_config),
        now=now,
        start=start,
        end=end,
        calendar=Calendar.between(subject.project.zone, exposure.start, exposure.now),
    )


def _exposure(
    subject: Subject, variants: tuple[str, ...], *, start: datetime, end: datetime, now: datetime
) -> tuple[Reading, ExposurePlan]:
    index = subject.flag_filters.get(INDEX)
    reading = Reading(
        actions=subject.actions,
        entity=index if isinstance(index, int) and not isinstance(index, bool) else None,
        cohort_version=subject.cohorts,
    )
    source = exposure_source(
        subject.criteria,
        flag_key=subject.flag_key,
        test_filters=_list(subject.project.test_account_filters),
        reading=reading,
    )
    plan = ExposurePlan(
        source=source,
        variants=variants,
        start=microseconds(start),
        end=microseconds(end),
        now=microseconds(now),
        is_first_variant_kept=keeps_first_variant(subject.criteria),
        is_matured_only=_is_matured_only(subject.criteria),
        activation=activation_source(subject.criteria, reading=reading),
    )
    return reading, plan


def _shares(subject: Subject) -> dict[str, float]:
    parameters = subject.parameters if isinstance(subject.parameters, Mapping) else {}
    excluded = _list(parameters.get("excluded_variants"))
    shares = {
        str(variant.get("key")): number(variant.get("rollout_percentage")) or 0.0
        for variant in flag_filters.variants(subject.flag_filters)
        if variant.get("key") not in excluded
    }
    holdout = subject.flag_filters.get("holdout")
    if isinstance(holdout, Mapping) and settings.RESULTS_ANALYSE_HOLDOUTS:
        kept_out = number(holdout.get("exclusion_percentage")) or 0.0
        shares = {key: share * (100 - kept_out) / 100 for key, share in shares.items()}
        holdout_id = holdout.get("id")
        # As a whole number, however a client has written it.
        shown = int(holdout_id) if isinstance(holdout_id, float) else holdout_id
        shares[f"{HOLDOUT}{shown}"] = kept_out
    return shares


def _is_matured_only(criteria: object) -> bool:
    return isinstance(criteria, Mapping) and criteria.get("only_count_matured_users") is True


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []
