"""What a flag's filters point at: other flags, and cohorts."""

from collections.abc import Mapping

from feature_flags import filters as documents
from feature_flags.validation import InvalidFilters


def check_references(*, filters: Mapping[str, object]) -> None:
    """Check that everything the filters point at is there.

    :raises InvalidFilters: when something is not.
    """
    if documents.asks_for_cohorts(filters):
        # Wire quirk: no-flag-evaluation, see docs/quirks.md.
        raise InvalidFilters("There is no such cohort.", code="cohort_does_not_exist")
