"""Every write to experiments."""

from experiments.services.create import create_experiment
from experiments.services.update import update_experiment

__all__ = ["create_experiment", "update_experiment"]
