"""Which saved metrics an experiment uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.exceptions import RuleBroken
from experiments.changes import Document
from experiments.models import Experiment, ExperimentSavedMetric
from experiments.selectors import read_links
from saved_metrics.documents import is_legacy
from saved_metrics.models import SavedMetric
from saved_metrics.selectors import lock_saved_metrics
from tenants.models import Project

PRIMARY, SECONDARY = "primary", "secondary"


class UnknownSavedMetric(RuleBroken):
    """Raised for a reference to a saved metric that the project does not have, or has twice."""

    default_detail = "Every entry must name another saved metric of this project."
    default_attr = "saved_metrics_ids"


class LegacyMetric(RuleBroken):
    """Raised for a saved metric of a legacy kind that shall be used anew."""

    default_attr = "saved_metrics_ids"


@dataclass(frozen=True)
class Link:
    """A saved metric in the use of an experiment."""

    saved_metric: SavedMetric
    metadata: Document

    @property
    def list_name(self) -> str:
        # Wire quirk: any-other-type-is-secondary, see docs/quirks.md.
        return PRIMARY if self.metadata.get("type", PRIMARY) == PRIMARY else SECONDARY

    @property
    def effective_query(self) -> Document:
        """Return the metric as the experiment counts it: split by what the link says, or not."""
        query: Document = self.saved_metric.query
        sent = self.metadata.get("breakdowns")
        # Metadata is kept as it was sent, whatever it is.
        breakdowns = sent if isinstance(sent, list) else []
        saved = query.get("breakdownFilter")
        if not saved and not breakdowns:
            return query
        split = {**(saved or {}), "breakdowns": breakdowns}
        if breakdowns and "breakdown_limit" in self.metadata:
            split["breakdown_limit"] = self.metadata["breakdown_limit"]
        return {**query, "breakdownFilter": split}


def resolved_links(*, project: Project, wanted: Sequence[Document] | None) -> list[Link]:
    """Lock the saved metrics that a client names and return their links to be.

    :raises UnknownSavedMetric: when one is not there, or named twice.
    """
    if not wanted:
        return []
    ids = [entry["id"] for entry in wanted]
    found = lock_saved_metrics(project=project, ids=ids)
    if len(found) != len(ids):
        raise UnknownSavedMetric
    return [Link(found[entry["id"]], entry.get("metadata", {"type": PRIMARY})) for entry in wanted]


def check_new_links(*, links: Sequence[Link], stored: Sequence[Link]) -> None:
    """Check that no legacy metric is among the links that come to those that are stored.

    :raises LegacyMetric: when one is.
    """
    # Wire quirk: legacy-metrics-can-go, see docs/quirks.md.
    known = {link.saved_metric.pk for link in stored}
    for link in links:
        metric = link.saved_metric
        if metric.pk not in known and is_legacy(document=metric.query):
            raise LegacyMetric(
                f"The saved metric {metric.pk} is of a legacy kind. Use another one."
            )


def stored_links(*, experiment: Experiment) -> list[Link]:
    """Return the links an experiment has."""
    return [Link(link.saved_metric, link.metadata) for link in experiment.shown_links]


def uuids_in(links: Sequence[Link], *, list_name: str) -> list[str]:
    """Return the uuids of the linked metrics that belong to one of the two lists."""
    linked = (link for link in links if link.list_name == list_name)
    return [uuid for link in linked if (uuid := link.saved_metric.query.get("uuid"))]


def replace_links(*, experiment: Experiment, links: Sequence[Link], now: datetime) -> None:
    """Give an experiment these links instead of those it has."""
    ExperimentSavedMetric.objects.filter(experiment=experiment).delete()
    add_links(experiment=experiment, links=links, now=now)


def add_links(*, experiment: Experiment, links: Sequence[Link], now: datetime) -> None:
    """Give an experiment without links these, and let it know them as they are kept."""
    if not links:
        experiment.shown_links = []
        return
    ExperimentSavedMetric.objects.bulk_create(
        ExperimentSavedMetric(
            experiment=experiment,
            saved_metric=link.saved_metric,
            metadata=link.metadata,
            created_at=now,
            updated_at=now,
        )
        for link in links
    )
    read_links(experiment)
