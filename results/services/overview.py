"""The overview of an experiment's results, cached like every other result."""

from dataclasses import asdict
from datetime import datetime

from experiments.models import Experiment
from results.outcomes import Summary
from results.representation import represent_summary
from results.services.analysis import analysis_of, subject_of
from results.services.decision import verdict_on
from results.services.queries import ResultQuery, cache_key_of
from results.services.summary import metrics_of, summarize

Document = dict[str, object]


def overview_query(*, experiment: Experiment, now: datetime) -> ResultQuery:
    """Return the query of everything about an experiment: exposures, all metrics, the verdict.

    :raises NotComputable: when it has not started, or its criteria cannot be computed.
    """
    analysis = analysis_of(subject_of(experiment), now=now)
    metrics = metrics_of(experiment)
    documents = [(each.section, each.document) for each in metrics]
    detail = [documents, experiment.feature_flag.active]
    return ResultQuery(
        cache_key_of(analysis, "overview", detail),
        lambda: _overview(experiment, summarize(analysis, metrics, now=now)),
    )


def _overview(experiment: Experiment, summary: Summary) -> Document:
    verdict = verdict_on(experiment, summary)
    return represent_summary(summary) | {"verdict": verdict and asdict(verdict)}
