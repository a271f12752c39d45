"""Which fields of an experiment may change in which status."""

from collections.abc import Iterable

from core.exceptions import RuleBroken
from experiments.changes import NOT_COLUMNS, Document, ExperimentChanges
from experiments.models import Experiment, ExperimentSavedMetric
from experiments.selectors import is_flag_run_by_another
from experiments.services.flag_sync import ABOUT_THE_FLAG, missing_settings
from experiments.status import Status
from experiments.validation import check_dates
from experiments.variants import has_same_keys
from feature_flags.filters import variants
from saved_metrics.documents import is_legacy

_LEGACY_MAY_CHANGE = frozenset({"name", "description", "end_date", "deleted"})
# Members of a request that change nothing by themselves: the documents they are folded into do.
_NO_FIELDS = NOT_COLUMNS - {"feature_flag", "feature_flag_key", "saved_metrics_ids"}
_PUBLIC_NAMES = {"holdout": "holdout_id", "folder": "_create_in_folder"}


class FixedField(RuleBroken):
    """Raised for a new value of a field that cannot change any more."""


class FlagIsDeleted(RuleBroken):
    """Raised for the restoration of an experiment whose flag is gone."""

    default_detail = "The experiment's feature flag is deleted. Restore the flag first."


def check_changes(*, experiment: Experiment, changes: ExperimentChanges) -> None:
    """Check that the experiment, as it is now, may change like this.

    :raises FixedField: for another value of what is fixed, with the field's public name as attr.
    :raises FlagIsDeleted: when it shall be restored and its flag is deleted.
    :raises RuleBroken: for filters by property, and for changes to legacy metrics.
    """
    is_restored = experiment.deleted and changes.get("deleted", True) is False
    if is_restored and experiment.feature_flag.deleted:
        raise FlagIsDeleted
    if _keeps_legacy_metrics(experiment, changes):
        _check_legacy(experiment, changes)
    _check_fixed(experiment, changes)
    if not experiment.is_draft and "holdout" in changes:
        _check_launched_holdout(experiment, changes)
    if changes.keys() & ABOUT_THE_FLAG:
        _check_flag_in_use(experiment, changes)
    properties = (changes.get("filters") or {}).get("properties")
    if properties and properties != experiment.filters.get("properties"):
        raise RuleBroken("Experiments do not take filters by property. Set them on the flag.")


def has_legacy_metrics(*, experiment: Experiment) -> bool:
    """Tell whether a metric of the experiment is of a kind that is only kept for reading."""
    inline = [*(experiment.metrics or []), *(experiment.metrics_secondary or [])]
    linked = [link.saved_metric.query for link in experiment.shown_links]
    return any(is_legacy(document=metric) for metric in inline + linked)


def _keeps_legacy_metrics(experiment: Experiment, changes: ExperimentChanges) -> bool:
    # Wire quirk: legacy-metrics-can-go, see docs/quirks.md.
    inline = [*(experiment.metrics or []), *(experiment.metrics_secondary or [])]
    kept = _kept_links(experiment, changes)
    linked = [link.saved_metric.query for link in kept]
    return any(is_legacy(document=metric) for metric in inline + linked)


def _kept_links(experiment: Experiment, changes: ExperimentChanges) -> list[ExperimentSavedMetric]:
    if "saved_metrics_ids" not in changes:
        return list(experiment.shown_links)
    wanted = {entry["id"] for entry in changes["saved_metrics_ids"] or []}
    return [link for link in experiment.shown_links if link.saved_metric_id in wanted]


def _check_legacy(experiment: Experiment, changes: ExperimentChanges) -> None:
    may_change = {*_LEGACY_MAY_CHANGE, *_NO_FIELDS}
    if _only_unlinks_legacy(experiment, changes):
        may_change.add("saved_metrics_ids")
    refused = [
        _PUBLIC_NAMES.get(key, key)
        for key in changes
        if key not in may_change and _differs(experiment, changes, key)
    ]
    if refused:
        raise RuleBroken(
            "This experiment has legacy metrics. Only its name, description, end_date and deleted "
            f"can change, and legacy metrics be unlinked; not {', '.join(refused)}."
        )
    if changes.get("end_date") is not None:
        check_dates(start_date=experiment.start_date, end_date=changes["end_date"])


def _only_unlinks_legacy(experiment: Experiment, changes: ExperimentChanges) -> bool:
    kept = _kept_links(experiment, changes)
    gone = [link for link in experiment.shown_links if link not in kept]
    is_all = _as_sent(kept) == (changes.get("saved_metrics_ids") or [])
    return is_all and all(is_legacy(document=link.saved_metric.query) for link in gone)


def _check_fixed(experiment: Experiment, changes: ExperimentChanges) -> None:
    fixed = ["feature_flag_key", "folder"] + ([] if experiment.is_draft else ["type"])
    for key in fixed:
        if key in changes and _differs(experiment, changes, key):
            name = _PUBLIC_NAMES.get(key, key)
            raise FixedField(f"{name} cannot change any more. Leave it out.", attr=name)


def _check_launched_holdout(experiment: Experiment, changes: ExperimentChanges) -> None:
    if _differs(experiment, changes, "holdout"):
        raise FixedField("The holdout of a launched experiment is fixed.", attr="holdout_id")


def _check_flag_in_use(experiment: Experiment, changes: ExperimentChanges) -> None:
    settings = missing_settings(experiment=experiment, changes=changes)
    if not settings or (experiment.is_draft and not is_flag_run_by_another(experiment=experiment)):
        return
    attr = "feature_flag" if changes.get("feature_flag") else "parameters"
    served = variants(experiment.feature_flag.filters)
    sent = settings.get("variants")
    if sent is not None and not has_same_keys(ours=sent, theirs=served):
        raise FixedField(
            "The variants of a launched experiment are fixed. Send the same keys, or none.",
            attr=attr,
        )
    if not changes.get("update_feature_flag_params"):
        raise FixedField(
            f"The flag of a launched experiment serves other {', '.join(sorted(settings))}. "
            "Change the feature flag, or send update_feature_flag_params: true as well.",
            attr=attr,
        )


def unarchive_if_running(experiment: Experiment, *, is_wanted: bool) -> None:
    """Make sure that no running experiment is archived.

    :raises RuleBroken: when it shall be archived while it runs.
    """
    if experiment.status != Status.RUNNING or not experiment.archived:
        return
    if is_wanted:
        raise RuleBroken("A running experiment cannot be archived. End it first.", attr="archived")
    experiment.archived = False


def _differs(experiment: Experiment, changes: ExperimentChanges, key: str) -> bool:
    if key == "saved_metrics_ids":
        return (changes["saved_metrics_ids"] or []) != _as_sent(experiment.shown_links)
    if key == "feature_flag":
        return bool(missing_settings(experiment=experiment, changes=changes))
    sent: object = changes.get(key)
    return bool(sent != getattr(experiment, key))


def _as_sent(links: Iterable[ExperimentSavedMetric]) -> list[Document]:
    return [{"id": link.saved_metric_id, "metadata": link.metadata} for link in links]
