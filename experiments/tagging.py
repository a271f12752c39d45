"""Experiments as objects that have tags."""

from activity.subjects import EXPERIMENT
from experiments.models import Experiment
from tags.registry import TaggedKind

EXPERIMENTS = TaggedKind(Experiment, EXPERIMENT, scope_object="experiment")
