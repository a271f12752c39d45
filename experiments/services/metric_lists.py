"""The two metric lists of an experiment, and the orderings that name all their metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from core.exceptions import RuleBroken
from experiments import metrics as experiment_metrics
from experiments.changes import Document, ExperimentChanges
from experiments.models import Experiment
from experiments.services.links import PRIMARY, SECONDARY, Link, uuids_in


@dataclass(frozen=True)
class MetricList:
    """Where an experiment keeps one of its lists."""

    name: str
    metrics: str
    ordering: str


METRIC_LISTS = (
    MetricList(PRIMARY, "metrics", "primary_metrics_ordered_uuids"),
    MetricList(SECONDARY, "metrics_secondary", "secondary_metrics_ordered_uuids"),
)


class BrokenOrdering(RuleBroken):
    """Raised for an ordering that leaves out a metric."""


def sent_lists(changes: ExperimentChanges) -> dict[str, list[Document]]:
    """Return the metric lists that a client sends, by their column."""
    sent = {
        "metrics": changes.get("metrics"),
        "metrics_secondary": changes.get("metrics_secondary"),
    }
    return {column: metrics for column, metrics in sent.items() if metrics is not None}


def check_uuids(*, experiment: Experiment, links: Sequence[Link]) -> None:
    """Check that no two metrics of the experiment, its own and the linked ones, share a uuid.

    :raises RuleBroken: naming the uuid.
    """
    # Wire quirk: metric-uuids-are-unique, see docs/quirks.md.
    places = [
        known_uuids(experiment=experiment, links=links, place=place) for place in METRIC_LISTS
    ]
    uuid = experiment_metrics.first_repeated(chain.from_iterable(places))
    if uuid is not None:
        raise RuleBroken(f"Two metrics have the uuid {uuid}. Every metric needs its own.")


def stamp_fingerprints(*, experiment: Experiment) -> None:
    """Recompute the fingerprint of every inline metric."""
    for place in METRIC_LISTS:
        metrics = getattr(experiment, place.metrics)
        if metrics is not None:
            stamped = experiment_metrics.with_fingerprints(
                metrics=metrics,
                start_date=experiment.start_date,
                stats_method=experiment.stats_method,
                exposure_criteria=experiment.exposure_criteria,
            )
            setattr(experiment, place.metrics, stamped)


def known_uuids(*, experiment: Experiment, links: Sequence[Link], place: MetricList) -> list[str]:
    """Return the uuids of all metrics in one list, inline ones first."""
    inline = experiment_metrics.metric_uuids(metrics=getattr(experiment, place.metrics))
    return inline + uuids_in(links, list_name=place.name)


def all_known_uuids(*, experiment: Experiment, links: Sequence[Link]) -> dict[str, list[str]]:
    """Return the uuids of all metrics, by the name of their list."""
    return {
        place.name: known_uuids(experiment=experiment, links=links, place=place)
        for place in METRIC_LISTS
    }


def reorder(
    *, experiment: Experiment, links: Sequence[Link], before: Mapping[str, list[str]]
) -> None:
    """Adjust both orderings to the metrics that came and went."""
    for place in METRIC_LISTS:
        after = known_uuids(experiment=experiment, links=links, place=place)
        ordering = experiment_metrics.reordered(
            ordering=getattr(experiment, place.ordering), before=before[place.name], after=after
        )
        setattr(experiment, place.ordering, ordering)


def check_orderings(*, experiment: Experiment, links: Sequence[Link]) -> None:
    """Check that each ordering names every metric of its list.

    :raises BrokenOrdering: when one is null or leaves a metric out.
    """
    for place in METRIC_LISTS:
        expected = known_uuids(experiment=experiment, links=links, place=place)
        ordering = getattr(experiment, place.ordering)
        if expected and ordering is None:
            raise BrokenOrdering(f"{place.ordering} is null although there are {place.metrics}.")
        missing = experiment_metrics.missing_uuids(ordering=ordering, expected=expected)
        if missing:
            raise BrokenOrdering(f"{place.ordering} leaves out {', '.join(missing)}.")
