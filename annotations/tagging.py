"""Annotations as objects that have tags."""

from activity.subjects import ANNOTATION
from annotations.models import Annotation
from tags.registry import TaggedKind

ANNOTATIONS = TaggedKind(Annotation, ANNOTATION, scope_object="annotation")
