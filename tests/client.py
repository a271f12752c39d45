"""An HTTP client that checks every response it sees against openapi.yaml."""

import functools
import re
from pathlib import Path
from typing import Any

import yaml
from django import test
from django.test.client import ClientHandler
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from rest_framework.response import Response
from rest_framework.test import APIClient, ForceAuthClientHandler

_TEXT = (Path(__file__).parent.parent / "openapi.yaml").read_text()
DOCUMENT = yaml.load(_TEXT, Loader=yaml.CSafeLoader)
_REGISTRY = Registry().with_resource(
    "urn:openapi", Resource.from_contents(DOCUMENT, default_specification=DRAFT202012)
)
_ERROR = "/components/schemas/Error"
# A path template by the expression that its requests match, fixed words before placeholders.
_TEMPLATES = {
    re.compile(re.sub(r"\{\w+\}", "[^/]+", template.rstrip("/")) + "/?"): template
    for template in sorted(DOCUMENT["paths"], key=lambda template: template.count("{"))
}


class Client(test.Client):
    """A browser or an SDK, whose endpoints the document does not describe."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Loading the middleware lists every static file; once is enough for all clients.
        self.handler = _handler(ClientHandler, self.handler.enforce_csrf_checks)


class DocumentedClient(APIClient):
    """Speaks for a key, or for nobody, and trusts no answer that the document does not know."""

    def __init__(self, key: str | None = None, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.handler = _handler(ForceAuthClientHandler, self.handler.enforce_csrf_checks)
        if key is not None:
            self.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")

    def request(self, **kwargs: object) -> Response:
        response = super().request(**kwargs)
        check_documented(kwargs["REQUEST_METHOD"], kwargs["PATH_INFO"], response)
        return response


@functools.cache
def _handler(kind: type[ClientHandler], enforce_csrf_checks: bool) -> ClientHandler:
    return kind(enforce_csrf_checks)


def check_documented(method: str, path: str, response: Response) -> None:
    """Fail when the document does not know this answer, or knows it differently."""
    operation, pointer = _operation(method, path)
    if operation is None:
        if path.startswith("/api/") and response.status_code >= 400:
            _validator(_ERROR).validate(response.json())
        return
    responses = operation["responses"]
    status = str(response.status_code)
    if status not in responses:
        assert response.status_code >= 400, f"{method} {path}: {status} is not documented"
        status = "default"
    if not responses[status].get("content"):
        assert not response.content, f"{method} {path}: {status} is documented without a body"
        return
    media_type = response["Content-Type"].partition(";")[0]
    assert media_type in responses[status]["content"], f"{method} {path}: {media_type}"
    if media_type == "application/json":
        _validator(f"{pointer}/responses/{status}/content/application~1json/schema").validate(
            response.json()
        )


def _operation(method: str, path: str) -> tuple[dict | None, str]:
    path = path.replace("/api/environments/", "/api/projects/", 1).removesuffix(".json")
    for expression, template in _TEMPLATES.items():
        operation = DOCUMENT["paths"][template].get(method.lower())
        if operation is not None and expression.fullmatch(path):
            escaped = template.replace("~", "~0").replace("/", "~1")
            # A pointer inside a URI fragment: its braces are percent-encoded.
            escaped = escaped.replace("{", "%7B").replace("}", "%7D")
            return operation, f"/paths/{escaped}/{method.lower()}"
    return None, ""


@functools.cache
def _validator(pointer: str) -> Draft202012Validator:
    return Draft202012Validator(
        {"$ref": f"urn:openapi#{pointer}"}, registry=_REGISTRY, format_checker=FormatChecker()
    )
