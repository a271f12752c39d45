"""Which freeze of its exposure a client may write into a flag: the one that it has."""

from collections.abc import Mapping

from feature_flags.freeze import frozen_cohorts, named_cohorts
from feature_flags.validation.errors import InvalidFilters


def check_no_new_freeze(
    filters: Mapping[str, object], *, stored: Mapping[str, object] | None = None
) -> None:
    """Check that filters which a client sent are frozen to no cohort that the stored ones are not.

    Taking a freeze off deletes its cohort, so a client that named one could delete any cohort.

    :raises InvalidFilters: when they are.
    """
    known = stored or {}
    named = named_cohorts(known)
    is_new = any(each not in named for each in named_cohorts(filters))
    if is_new or frozen_cohorts(filters) - frozen_cohorts(known):
        raise InvalidFilters(
            "Only freeze_exposure of an experiment sets exposure_frozen_cohort. "
            "Leave it out, or send it as the flag has it."
        )
