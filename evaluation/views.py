"""The endpoints by which SDKs ask for flags and for the configuration of a project."""

from collections.abc import Callable
from functools import wraps

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.exceptions import MethodNotAllowed

from api.authentication import bearer_value
from core.exceptions import APIException, AuthenticationFailed, PermissionDenied
from core.http.responses import error_response
from core.http.sdk_bodies import Encoding, decode_body
from core.http.sdk_endpoints import plain_text, sdk_endpoint
from core.ops import request_log
from evaluation import representation, selectors
from evaluation.answers import MAX_BODY_BYTES, answer_flags
from evaluation.readers import check_reader, find_token, get_project_of_secret
from evaluation.remote_config import config_in_answers, remote_config
from evaluation.representation import Shape
from feature_flags.selectors import get_remote_payload
from tenants.selectors import CURRENT
from users.tokens import SECRET_PREFIX

View = Callable[..., HttpResponseBase]


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
    return _definitions(request, request.GET.get("token"))


@sdk_endpoint("GET")
def definitions_in_project(request: HttpRequest, project_id: str) -> HttpResponse:
    """Answer with the definitions of the flags of the project that the URL names."""
    reference = _project_meant(request, project_id)
    token = find_token(reference=reference, bearer=bearer_value(request))
    return _definitions(request, token)


def _definitions(request: HttpRequest, token: str | None) -> HttpResponse:
    feed = _feed(request, token)
    headers = {"ETag": feed.etag, "Cache-Control": "private, must-revalidate"}
    if _is_known(feed.etag, request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(feed.body, content_type="application/json", headers=headers)


def _feed(request: HttpRequest, token: str | None) -> selectors.Feed:
    bearer = bearer_value(request)
    found = selectors.find_project_flags(token=token) if token else None
    if found is None:
        raise AuthenticationFailed("There is no project with this token.")
    request_log.note(project=found.project_id)
    check_reader(project_flags=found, token=str(token), bearer=bearer)
    return selectors.get_feed(project_id=found.project_id, versions=found.versions)


def _is_known(etag: str, header: str) -> bool:
    bare = etag.removeprefix("W/").strip('"')
    named = [name.strip().removeprefix("W/").strip('"') for name in header.split(",")]
    return "*" in named or bare in named


def _answer(request: HttpRequest, shape: Shape, *, has_config: bool) -> HttpResponse:
    if request.method == "GET":
        return _json({"flags": {}} | config_in_answers())
    encoding = Encoding.of(request.headers, request.GET)
    body = decode_body(request.body, encoding, max_bytes=MAX_BODY_BYTES)
    only_of_surveys = request.GET.get("only_evaluate_survey_feature_flags") in ("true", "1")
    shown = answer_flags(
        body, shape=shape, headers=request.headers, only_of_surveys=only_of_surveys
    )
    return _json(shown | config_in_answers() if has_config else shown)


def _json(body: object) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), content_type="application/json")


def _version(request: HttpRequest) -> int | None:
    stated = request.GET.get("v", request.GET.get("version", ""))
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else None


def remote_payload(otherwise: View) -> View:
    """Return a view of remote configurations that knows the tokens of projects, beside another."""

    @wraps(otherwise)
    def view(request: HttpRequest, project_id: str, pk: str) -> HttpResponseBase:
        bearer = bearer_value(request) or ""
        if not bearer.startswith(SECRET_PREFIX):
            return otherwise(request, project_id=_project_meant(request, project_id), pk=pk)
        return _answer_to_secret(request, (project_id, pk), bearer)

    return view


def _answer_to_secret(request: HttpRequest, place: tuple[str, str], bearer: str) -> HttpResponse:
    try:
        if request.method != "GET":
            raise MethodNotAllowed(str(request.method))
        return _json(_payload(request, *place, bearer))
    except APIException as refusal:
        return error_response(refusal, request)


def _project_meant(request: HttpRequest, project_id: str) -> str:
    token = request.GET.get("token")
    if token is None or project_id != CURRENT:
        return project_id
    project = selectors.find_project(token=token)
    return project_id if project is None else str(project.pk)


def _payload(request: HttpRequest, project_id: str, pk: str, bearer: str) -> str | None:
    project = get_project_of_secret(bearer=bearer, reference=project_id)
    request_log.note(project=project.pk)
    if request.GET.get("token", project.api_token) != project.api_token:
        raise PermissionDenied("The secret token is of another project.")
    return get_remote_payload(project=project, reference=pk)
