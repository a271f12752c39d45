"""The cohort of those who were exposed to an experiment."""

from datetime import datetime

from cohorts.documents import Document
from cohorts.models import Cohort
from cohorts.services import CohortChanges, insert_cohort
from core.db import rows
from core.db.transactions import use_case
from core.exceptions import RuleBroken
from experiments.models import Experiment
from experiments.selectors import lock_experiment
from users.models import User

_KEPT_TYPES = frozenset({"event", "feature", "element", "hogql"})


class NoExposureCohort(RuleBroken):
    """Raised when an experiment cannot have a cohort of those who were exposed to it."""


@use_case
def create_exposure_cohort(*, experiment: Experiment, actor: User, now: datetime) -> Cohort:
    """Create the cohort of those who were exposed to a launched experiment.

    :raises NoExposureCohort: when it has one, is a draft, or its exposure filter is unusable.
    """
    experiment = lock_experiment(experiment=experiment)
    if experiment.start_date is None:
        raise NoExposureCohort("The experiment has not been launched, so nobody was exposed to it.")
    if experiment.exposure_cohort_id is not None:
        raise NoExposureCohort("The experiment has an exposure cohort already.")
    condition = {
        "type": "behavioral",
        "value": "performed_event",
        "negation": False,
        "explicit_datetime": experiment.start_date.isoformat(),
    } | _exposure_of(experiment)
    group = {"type": "OR", "values": [{"type": "OR", "values": [condition]}]}
    name = f'Users exposed to experiment "{experiment.name}"'
    values = CohortChanges(name=name, filters={"properties": group})
    cohort = insert_cohort(project=experiment.project, values=values, actor=actor, now=now)
    experiment.exposure_cohort, experiment.updated_at = cohort, now
    rows.update(experiment, columns=["exposure_cohort", "updated_at"])
    return cohort


def _exposure_of(experiment: Experiment) -> Document:
    custom = (experiment.parameters or {}).get("custom_exposure_filter")
    if custom:
        return _custom_exposure(custom)
    of_the_flag = {
        "key": "$feature_flag",
        "value": [experiment.feature_flag.key],
        "operator": "exact",
        "type": "event",
    }
    return {
        "key": "$feature_flag_called",
        "event_type": "events",
        "event_filters": [of_the_flag],
    }


def _custom_exposure(custom: object) -> Document:
    for kind in ("events", "actions"):
        entities = custom.get(kind) if isinstance(custom, dict) else None
        if not isinstance(entities, list) or not entities:
            continue
        entity = entities[0] if isinstance(entities[0], dict) else {}
        properties = entity.get("properties")
        kept = [
            each
            for each in (properties if isinstance(properties, list) else [])
            if isinstance(each, dict) and each.get("type") in _KEPT_TYPES
        ]
        key = _action_id(entity.get("id")) if kind == "actions" else _event_name(entity.get("id"))
        return {"key": key, "event_type": kind, "event_filters": kept}
    raise NoExposureCohort("The custom exposure filter names no event and no action.")


def _action_id(found: object) -> int:
    text = str(found)
    if isinstance(found, bool) or not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise NoExposureCohort("The action of the custom exposure filter is named by its id.")
    return int(text)


def _event_name(found: object) -> str:
    if not isinstance(found, str) or not found:
        raise NoExposureCohort("The custom exposure filter names no event.")
    return found
