"""The endpoints by which SDKs ask for flags and for the configuration of a project."""

import time
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse

from api.authentication import bearer_value
from core.exceptions import AuthenticationFailed
from core.http.sdk_bodies import Encoding, decode_body
from core.http.sdk_endpoints import plain_text, sdk_endpoint
from core.identifiers import uuid7
from core.ops import request_log
from core.ops.logs import current_request_id
from evaluation import representation, selectors, services
from evaluation.engine.runtimes import runtime_of
from evaluation.flag_requests import is_disabled, read_request, token_of
from evaluation.readers import check_reader
from evaluation.remote_config import config_in_answers, remote_config
from evaluation.representation import Shape
from evaluation.throttling import count_request

MAX_BODY_BYTES = 2 * 1024 * 1024


@sdk_endpoint("GET", "POST")
def flags(request: HttpRequest) -> HttpResponse:
    """Answer with the flags of whom the body names; a GET with none."""
    has_config = request.GET.get("config")
    version = _version(request)
    is_bare = version is None and has_config is None
    shape = representation.shape_of_flags(version, has_config=has_config is not None)
    return _answer(request, shape, has_config=is_bare or has_config in ("true", "1"))


@sdk_endpoint("GET", "POST")
def decide(request: HttpRequest) -> HttpResponse:
    """Answer as `flags` does, in the forms of former times."""
    shape = representation.shape_of_decide(_version(request))
    return _answer(request, shape, has_config=request.GET.get("config") not in ("false", "0"))


@sdk_endpoint("GET")
def config(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with the configuration of a project, as JSON."""
    if selectors.find_project_flags(token=token) is None:
        return plain_text("There is no project with this token.", status=404)
    return _json(remote_config(token=token))


@sdk_endpoint("GET")
def config_script(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with the configuration of a project, as a script that keeps it for posthog-js."""
    if selectors.find_project_flags(token=token) is None:
        return plain_text("There is no project with this token.", status=404)
    known = orjson.dumps({"config": remote_config(token=token), "siteApps": []}).decode()
    name = orjson.dumps(token).decode()
    script = (
        "window._POSTHOG_REMOTE_CONFIG = window._POSTHOG_REMOTE_CONFIG || {};\n"
        f"window._POSTHOG_REMOTE_CONFIG[{name}] = {known};\n"
    )
    return HttpResponse(script, content_type="application/javascript; charset=utf-8")


@sdk_endpoint("GET")
def definitions(request: HttpRequest) -> HttpResponse:
    """Answer with the definitions of a project's flags, for SDKs that evaluate them themselves."""
    project = selectors.find_project(token=request.GET.get("token"))
    if project is None:
        raise AuthenticationFailed("There is no project with this token.")
    request_log.note(project=project.pk)
    check_reader(project=project, bearer=bearer_value(request))
    feed = selectors.get_feed(project_id=project.pk)
    headers = {"ETag": feed.etag, "Cache-Control": "private, must-revalidate"}
    if _is_known(feed.etag, request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(feed.body, content_type="application/json", headers=headers)


def _is_known(etag: str, header: str) -> bool:
    bare = etag.removeprefix("W/").strip('"')
    named = [name.strip().removeprefix("W/").strip('"') for name in header.split(",")]
    return "*" in named or bare in named


def _answer(request: HttpRequest, shape: Shape, *, has_config: bool) -> HttpResponse:
    if request.method == "GET":
        return _json({"flags": {}} | config_in_answers())
    encoding = Encoding.of(request.headers, request.GET)
    body = decode_body(request.body, encoding, max_bytes=MAX_BODY_BYTES)
    shown = representation.represent_flags(_outcomes(request, body), shape=shape)
    shown["requestId"] = _request_id()
    shown["evaluatedAt"] = int(time.time() * 1000)
    return _json(shown | config_in_answers() if has_config else shown)


def _outcomes(request: HttpRequest, body: object) -> representation.Outcomes:
    token = token_of(body)
    project_flags = selectors.get_project_flags(token=token)
    request_log.note(project=project_flags.project_id)
    count_request(token=str(token), project_id=project_flags.project_id)
    if is_disabled(body):
        return {}
    asked = read_request(body)
    runtime = runtime_of(asked.runtime, request.headers)
    return services.evaluate_flags(project_flags=project_flags, asked=asked, runtime=runtime)


def _json(body: object) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), content_type="application/json")


def _request_id() -> str:
    try:
        return str(UUID(current_request_id() or ""))
    except ValueError:
        # The client has named the request in a way of its own.
        return str(uuid7())


def _version(request: HttpRequest) -> int | None:
    stated = request.GET.get("v", request.GET.get("version", ""))
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else None
