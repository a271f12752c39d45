"""What an experiment's flag serves, or served while the experiment ran."""

from collections.abc import Mapping
from datetime import datetime

from experiments.flag_settings import INDEX, VARIANTS
from experiments.models import Experiment
from experiments.variants import sent_variants
from feature_flags import filters as flag_filters

Document = dict[str, object]


def filters_of(experiment: Experiment, *, now: datetime) -> Document:
    """Return the filters of the flag; of an experiment that has ended by now those that it had."""
    filters: Document = experiment.feature_flag.filters or {}
    end = experiment.end_date
    if end is None or end > now:
        return filters
    # Wire quirk: ended-experiments-keep-their-split, see docs/quirks.md.
    return (
        filters | _variants(experiment, filters) | {"holdout": _holdout(experiment, end, filters)}
    )


def _variants(experiment: Experiment, filters: Document) -> Document:
    had = experiment.parameters if isinstance(experiment.parameters, dict) else {}
    sent = had.get(VARIANTS)
    variants = [each for each in sent if isinstance(each, dict)] if isinstance(sent, list) else []
    if not variants:
        return {}
    # In the order of the flag, as long as that has them.
    keys = flag_filters.variant_keys(filters)
    places = {key: place for place, key in enumerate(keys)}
    variants.sort(key=lambda each: places.get(each.get("key"), len(keys)))
    variants = sent_variants({VARIANTS: variants})
    return flag_filters.with_variants({INDEX: had.get(INDEX)}, variants=variants)


def _holdout(experiment: Experiment, end: datetime, filters: Document) -> object:
    """Return the holdout in the filters; without a share, if it may have been another one."""
    entry, own = filters.get("holdout"), experiment.holdout
    if not isinstance(entry, Mapping):
        return entry
    is_known = own is not None and own.pk == entry.get("id") and own.updated_at <= end
    return entry if is_known else {**entry, "exclusion_percentage": None}
