"""The headers of conditional and of repeated requests in the OpenAPI document."""

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="ETags of answers you have; 304 when one of them would be the answer again.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The object's ETag as you know it; 412 when the object has changed since.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="Any value you have not used before, such as a UUID. For 24 hours the same request "
    "with the same key is not done again, but answered again.",
)
ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    description="Names this very answer, for `If-Match` and `If-None-Match`.",
    response=[200, 201],
)
REPLAYED = OpenApiParameter(
    "Idempotent-Replayed",
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.HEADER,
    description="Present when this is the stored answer to an earlier request.",
    response=[200, 201],
)


def can_succeed(answers: object) -> bool:
    """Tell whether an operation that answers like this ever does what it is asked."""
    return not isinstance(answers, dict) or any(int(status) < 300 for status in answers)


def shows(serializer_class: type, *, answers: object) -> bool:
    """Tell whether one of the answers is what this serializer makes."""
    found = [*answers.values()] if isinstance(answers, dict) else [answers]
    shown = [each.response if isinstance(each, OpenApiResponse) else each for each in found]
    return any(isinstance(each, serializer_class) or each is serializer_class for each in shown)
