"""Feature flags as objects that have tags."""

from activity.subjects import FLAG
from feature_flags.models import FeatureFlag
from tags.registry import TaggedKind

FLAGS = TaggedKind(
    FeatureFlag,
    FLAG,
    scope_object="feature_flag",
    touch=lambda flag, actor, now: {
        "version": (flag.version or 0) + 1,
        "last_modified_by": actor,
        "updated_at": now,
    },
)
