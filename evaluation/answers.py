"""The answer to a request for flags, from its decoded body."""

import time
from collections.abc import Mapping
from uuid import UUID

from core.identifiers import uuid7_text
from core.ops import request_log
from core.ops.logs import current_request_id
from evaluation import selectors, services
from evaluation.engine.runtimes import runtime_of
from evaluation.flag_requests import is_disabled, read_request, token_of
from evaluation.representation import Body, Outcomes, Shape, represent_flags
from evaluation.throttling import count_request

MAX_BODY_BYTES = 2 * 1024 * 1024


def answer_flags(
    body: object, *, shape: Shape, headers: Mapping[str, str], only_of_surveys: bool = False
) -> Body:
    """Return what the flags give whom the body names; the headers tell where the caller runs.

    There are no surveys here, and so no flags of surveys.

    :raises NotAuthenticated: when the body has no project token.
    :raises AuthenticationFailed: when no project has it.
    :raises TokenRateLimited: when the token has been used too often.
    :raises UnreadableRequest: when a part of the body is not what it must be.
    """
    shown = represent_flags(_outcomes(body, headers, has_flags=not only_of_surveys), shape=shape)
    shown["requestId"] = _request_id()
    shown["evaluatedAt"] = int(time.time() * 1000)
    return shown


def _outcomes(body: object, headers: Mapping[str, str], *, has_flags: bool) -> Outcomes:
    token = token_of(body)
    project_flags = selectors.get_project_flags(token=token)
    request_log.note(project=project_flags.project_id)
    asked = None if is_disabled(body) else read_request(body)
    # After it was read: a usual request that is refused is read once more, by the view.
    count_request(token=str(token), project_id=project_flags.project_id)
    if asked is None or not has_flags:
        return {}
    runtime = runtime_of(asked.runtime, headers)
    return services.evaluate_flags(project_flags=project_flags, asked=asked, runtime=runtime)


def _request_id() -> str:
    try:
        return str(UUID(current_request_id() or ""))
    except ValueError:
        # The client has named the request in a way of its own.
        return uuid7_text()
