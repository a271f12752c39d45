"""Every write to experiments."""

from experiments.services.copy import NotCopied, copy_experiment, duplicate_experiment
from experiments.services.create import create_experiment
from experiments.services.exposure_cohort import create_exposure_cohort
from experiments.services.freeze import (
    MAX_FROZEN,
    check_freezable,
    freeze_exposure,
    unfreeze_exposure,
)
from experiments.services.lifecycle import (
    Shipment,
    Verdict,
    archive_experiment,
    end_experiment,
    launch_experiment,
    pause_experiment,
    reset_experiment,
    resume_experiment,
    ship_variant,
    unarchive_experiment,
)
from experiments.services.migrate import migrate_experiment
from experiments.services.schedule import forget_steps, run_schedules
from experiments.services.update import update_experiment

__all__ = [
    "MAX_FROZEN",
    "NotCopied",
    "Shipment",
    "Verdict",
    "archive_experiment",
    "check_freezable",
    "copy_experiment",
    "create_experiment",
    "create_exposure_cohort",
    "duplicate_experiment",
    "end_experiment",
    "forget_steps",
    "freeze_exposure",
    "launch_experiment",
    "migrate_experiment",
    "pause_experiment",
    "reset_experiment",
    "resume_experiment",
    "run_schedules",
    "ship_variant",
    "unarchive_experiment",
    "unfreeze_exposure",
    "update_experiment",
]
