"""Actions as objects that have tags."""

from actions.models import Action
from activity.subjects import ACTION
from tags.registry import TaggedKind

ACTIONS = TaggedKind(Action, ACTION, scope_object="action")
