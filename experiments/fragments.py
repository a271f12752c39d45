"""Pages of experiments as cached JSON texts; only items whose rows changed are rendered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import orjson

from core.db.statement import Row
from core.http.fragments import FragmentCache
from experiments.models import Experiment
from experiments.represent import Context, represent_experiment
from experiments.rows import ExperimentRows, read_rows
from saved_metrics.serializers import ActionNames, action_names_of
from tenants.levels import EXPERIMENT


@dataclass(frozen=True)
class _Source:
    """All that an experiment shows beside the caller's level: rows, and names of actions."""

    rows: tuple[Row, ...]
    names: dict[int, str | None]

    def is_current(self, rows: tuple[Row, ...], names: ActionNames) -> bool:
        return self.rows == rows and names.are(self.names)


# By the id of the experiment and the caller's level.
_fragments: FragmentCache[_Source] = FragmentCache()


def render_page(*, ids: Sequence[int], context: Context) -> list[orjson.Fragment]:
    """Return the experiments with these ids that are not gone, rendered, in this order."""
    return list(_rendered(read_rows(ids=ids), ids, context))


def _rendered(
    page: ExperimentRows, ids: Sequence[int], context: Context
) -> Iterator[orjson.Fragment]:
    names, access = action_names_of(context), context["access"]
    for pk in ids:
        rows = page.get(pk)
        if rows is None:
            continue
        key = pk, access.level_of_id(EXPERIMENT, pk, creator_id=page.creator_of(rows))
        kept = _fragments.get(key, partial(_Source.is_current, rows=rows, names=names))
        yield kept or _render(key, rows, page.experiment(rows), context)


def _render(
    key: tuple[int, str | None], rows: tuple[Row, ...], experiment: Experiment, context: Context
) -> orjson.Fragment:
    names = action_names_of(context).within(experiment.shown_metrics)
    shown = represent_experiment(experiment, context)
    return _fragments.render(key, _Source(rows, names), shown)
