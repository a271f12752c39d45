"""The actions, cohorts and saved metrics that the documents of an experiment name by their ids."""

from collections.abc import Iterable, Mapping
from typing import Any

from actions.selectors import hidden_actions, missing_actions
from cohorts.documents import named_cohorts
from cohorts.selectors import missing_cohorts
from core.exceptions import RuleBroken, not_in_project
from experiments.changes import ExperimentChanges
from experiments.models import Experiment
from saved_metrics.documents import (
    action_ids,
    exposure_action_ids,
    insight_action_ids,
    shared_metric_ids,
)
from saved_metrics.selectors import missing_saved_metrics
from tenants.access import Access
from tenants.levels import ACTION
from tenants.models import Project

_LISTS = ("metrics", "metrics_secondary")
_DOCUMENTS = (*_LISTS, "exposure_criteria", "parameters", "filters")

# The fields whose documents name other rows.
NAMES_OTHERS = frozenset(_DOCUMENTS)


class UnknownReference(RuleBroken):
    """Raised for a document that refers to what the project does not have."""


def check_references(
    *, project: Project, values: ExperimentChanges, experiment: Experiment | None = None
) -> None:
    """Check that the project has all that the documents refer to.

    What the experiment refers to already may stay, though it was deleted meanwhile.

    :raises UnknownReference: naming the ids it does not have, with the field as attr.
    """
    sent = {name: value for name, value in values.items() if name in _DOCUMENTS}
    stored = {name: getattr(experiment, name, None) for name in _DOCUMENTS}
    for noun, ids_in, missing in _KINDS:
        known = {row_id for name in _DOCUMENTS for row_id in ids_in(name, stored[name])}
        for name, document in sent.items():
            unknown = missing(project=project, ids=ids_in(name, document) - known)
            if unknown:
                # Wire quirk: references-belong-to-the-project, see docs/quirks.md.
                raise _unknown(noun, unknown, name)


def check_visible_actions(
    *, access: Access, values: Mapping[str, Any], experiment: Experiment | None
) -> None:
    """Check that the caller may know of all actions that the documents newly refer to.

    :raises UnknownReference: naming those that do not exist for them, with the field as attr.
    """
    sent = {name: _actions_in(name, values.get(name)) for name in _DOCUMENTS}
    if not any(sent.values()) or not access.hides_any(ACTION):
        return
    kept = {
        found for name in _DOCUMENTS for found in _actions_in(name, getattr(experiment, name, None))
    }
    for name, ids in sent.items():
        if hidden := hidden_actions(project=access.project, access=access, ids=ids - kept):
            raise _unknown("action", hidden, name)


def _unknown(noun: str, ids: Iterable[int], name: str) -> UnknownReference:
    return UnknownReference(not_in_project(noun, ids), attr=name)


def _actions_in(name: str, document: Any) -> set[int]:
    if not document:
        return set()
    if name in _LISTS:
        return {found for metric in document for found in action_ids(document=metric)}
    if name == "exposure_criteria":
        return set(exposure_action_ids(criteria=document))
    if name == "parameters":
        document = document.get("custom_exposure_filter")
    return set(insight_action_ids(filters=document))


def _cohorts_in(name: str, document: Any) -> set[int]:
    # The exposure filter of the parameters drops those.
    return set() if name == "parameters" else named_cohorts(document)


def _metrics_in(name: str, document: Any) -> set[int]:
    if name not in _LISTS or not document:
        return set()
    return {found for metric in document for found in shared_metric_ids(document=metric)}


_KINDS = (
    ("action", _actions_in, missing_actions),
    ("cohort", _cohorts_in, missing_cohorts),
    ("saved metric", _metrics_in, missing_saved_metrics),
)
