"""What experiments show, as rows: one with all that is joined to it, and those of its links."""

from collections.abc import Sequence

from django.db.models import F, QuerySet

from core.db.compiled_query import CompiledQuery, IsOneOf, NumbersParam, RawRows
from core.db.statement import Row
from experiments.models import Experiment, ExperimentSavedMetric

SHOWN = ("feature_flag", "holdout", "holdout__created_by", "created_by")


class ExperimentRows:
    """Rows of experiments, each with all that it shows, which become objects one by one."""

    def __init__(self, found: RawRows[Experiment], links: RawRows[ExperimentSavedMetric]) -> None:
        self._found, self._links = found, links
        pk, experiment_id = found.place_of("id"), links.place_of("experiment_id")
        self._creator = found.place_of("created_by_id")
        self._rows: dict[object, list[Row]] = {row[pk]: [row] for row in found}
        for link in links:
            # An experiment that is gone by now has taken its links with it.
            if (rows := self._rows.get(link[experiment_id])) is not None:
                rows.append(link)

    def get(self, pk: int) -> tuple[Row, ...] | None:
        """Return the experiment's row and those of its links; None when it is gone."""
        rows = self._rows.get(pk)
        return None if rows is None else tuple(rows)

    def creator_of(self, rows: tuple[Row, ...]) -> object:
        """Return the id of who made the experiment."""
        return rows[0][self._creator]

    def experiment(self, rows: tuple[Row, ...]) -> Experiment:
        """Return the experiment that these rows hold, with its links."""
        [experiment] = self._found.objects(rows[:1])
        experiment.show_links(self._links.objects(rows[1:]))
        return experiment


def read_rows(*, ids: Sequence[int]) -> ExperimentRows:
    """Read the experiments with these ids and all that they show."""
    links = _LINKS_OF_MANY.queue_raw(ids=ids)
    return ExperimentRows(_MANY.raw(ids=ids), links())


def links_with_metrics() -> QuerySet[ExperimentSavedMetric]:
    """Return all links, each with its saved metric."""
    return ExperimentSavedMetric.objects.select_related("saved_metric").order_by("id")


def _links_of_many() -> QuerySet[ExperimentSavedMetric]:
    return links_with_metrics().filter(IsOneOf(F("experiment_id"), NumbersParam("ids")))


def _many() -> QuerySet[Experiment]:
    found = Experiment.objects.filter(IsOneOf(F("pk"), NumbersParam("ids")))
    return found.select_related(*SHOWN)


_MANY = CompiledQuery(_many)
_LINKS_OF_MANY = CompiledQuery(_links_of_many)
