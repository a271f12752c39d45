"""The endpoints of flags beside the plain ones."""

from drf_spectacular.utils import OpenApiParameter

from feature_flags.listing import MAX_SEARCH_LENGTH, ORDERS, TYPES
from feature_flags.models import EvaluationRuntime

LIST_PARAMETERS = [
    OpenApiParameter(
        "active",
        str,
        description="`true`, `false`, or `STALE` for active ones that have long served everyone "
        "the same.",
    ),
    OpenApiParameter(
        "created_by_id",
        str,
        description="The id of a user, or several with commas or as a JSON list.",
    ),
    OpenApiParameter(
        "search",
        str,
        description="A part of the key, of the name or of an experiment's name. A blank finds "
        f"blanks, `-` and `_`. At most {MAX_SEARCH_LENGTH} characters.",
    ),
    OpenApiParameter("type", str, description=f"One of {', '.join(TYPES)}."),
    OpenApiParameter(
        "evaluation_runtime", str, description=f"One of {', '.join(EvaluationRuntime.values)}."
    ),
    OpenApiParameter(
        "excluded_properties", str, description="A JSON list of keys of flags to leave out."
    ),
    OpenApiParameter("tags", str, description="A JSON list: flags with one of these tags."),
    OpenApiParameter(
        "excluded_tags", str, description="A JSON list: flags with none of these tags."
    ),
    OpenApiParameter("archived", bool, description="`true` finds none: no flag is archived."),
    OpenApiParameter("has_evaluation_contexts", bool),
    OpenApiParameter("has_evaluation_tags", bool, description="The former name of the above."),
    OpenApiParameter(
        "order", str, description=f"One of {', '.join(ORDERS)}; with - in front, descending."
    ),
]
