"""What a copied experiment's new flag takes over from the flag of the original."""

from collections.abc import Sequence

from core.exceptions import RuleBroken
from experiments.changes import Document
from experiments.variants import Variant, has_same_keys
from feature_flags import filters as flag_filters
from feature_flags.changes import FlagChanges
from feature_flags.freeze import without_freeze
from feature_flags.models import FeatureFlag

SHIPPED_NOTE = "Added when the experiment was shipped, so that everyone gets the chosen variant."


def copied_filters(filters: Document, *, planned: Sequence[Variant] | None) -> Document:
    """Return the filters for a new flag: conditions, variants and payloads, without the holdout.

    What is frozen lets in no one of another project, and nobody new here: a copy is not frozen. A
    shipped flag serves one variant to everyone; its copy has the split that was planned, and not
    the group that shipping added.
    """
    filters = without_freeze(filters)
    served = flag_filters.variants(filters)
    if planned and has_same_keys(ours=planned, theirs=served):
        filters = flag_filters.with_variants(filters, variants=planned)
    groups = flag_filters.release_groups(filters)
    if groups and groups[0].get("description") == SHIPPED_NOTE:
        groups = groups[1:]
    return flag_filters.with_holdout(filters | {"groups": groups}, holdout=None)


def copied_flag_fields(flag: FeatureFlag) -> FlagChanges:
    """Return the fields beside the filters that decide who is served what.

    :raises RuleBroken: for payloads that are kept encrypted.
    """
    if flag.has_encrypted_payloads:
        raise RuleBroken("A flag with encrypted payloads cannot be copied. Name an existing flag.")
    return FlagChanges(
        ensure_experience_continuity=flag.ensure_experience_continuity,
        bucketing_identifier=flag.bucketing_identifier,
        evaluation_runtime=flag.evaluation_runtime,
        evaluation_contexts=flag.evaluation_contexts,
    )
