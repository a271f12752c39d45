"""The cohorts whose members a flag's filters ask for."""

from collections.abc import Collection

from cohorts.documents import CohortType, id_of
from cohorts.selectors import lock_needed_cohorts
from feature_flags.models import FeatureFlag, FlagCohort
from feature_flags.validation import InvalidFilters


def check_cohorts(references: Collection[str], *, project_id: int) -> None:
    """Check that the cohorts with these ids are there and can be evaluated for a person.

    They are locked with all that they need, so that none of them changes its meaning meanwhile.

    :raises InvalidFilters: when one is missing, or is about what people did.
    """
    ids = {text: id_of(text) for text in references}
    wanted = {found for found in ids.values() if found is not None}
    levels = lock_needed_cohorts(project_id=project_id, ids=wanted)
    known = {pk for level in levels for pk in level}
    for text, found in sorted(ids.items()):
        if found not in known:
            raise InvalidFilters(
                f"There is no cohort with the id {text[:20]}.", code="cohort_does_not_exist"
            )
    for cohort in (cohort for level in levels for cohort in level.values()):
        if cohort.cohort_type is CohortType.BEHAVIORAL:
            raise InvalidFilters(
                f"The cohort {cohort.pk} is about what people did, which flags cannot ask.",
                code="behavioral_cohort_found",
            )


def record_cohorts(flag: FeatureFlag, *, references: Collection[str]) -> None:
    """Write down which cohorts a saved flag asks for."""
    ids = {found for found in map(id_of, references) if found is not None}
    FlagCohort.objects.filter(flag=flag).exclude(cohort__in=ids).delete()
    known = set(FlagCohort.objects.filter(flag=flag).values_list("cohort_id", flat=True))
    FlagCohort.objects.bulk_create(
        FlagCohort(flag=flag, cohort_id=found) for found in sorted(ids - known)
    )
