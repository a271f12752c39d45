"""The verdict on an experiment: a decision, one sentence and its reasons; pure."""

from results.verdict.facts import HOLDOUT, Facts, Goal, Metric, Plan, Status
from results.verdict.outcome import Decision, Reason, Verdict
from results.verdict.readings import Reading, Word, read_metric, read_metrics
from results.verdict.rules import reach_verdict

__all__ = [
    "HOLDOUT",
    "Decision",
    "Facts",
    "Goal",
    "Metric",
    "Plan",
    "Reading",
    "Reason",
    "Status",
    "Verdict",
    "Word",
    "reach_verdict",
    "read_metric",
    "read_metrics",
]
