"""Making the OpenAPI document say what the wire's public document says."""

from collections.abc import Callable, Iterable

from drf_spectacular.openapi import AutoSchema

from users.permissions import required_scopes

_ERROR = {
    "type": "object",
    "properties": {
        "type": {
            "type": "string",
            "enum": [
                "validation_error",
                "invalid_request",
                "authentication_error",
                "throttled_error",
                "server_error",
            ],
        },
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "attr": {"type": ["string", "null"]},
    },
    "required": ["type", "code", "detail", "attr"],
}
_READ_ERRORS = {
    401: "The credentials are missing or wrong.",
    403: "The key or its user may not do this.",
    404: "There is no such project or object.",
}
_WRITE_ERRORS = {
    400: "Something in the request is not valid; `attr` names the field.",
    409: "Someone else changed this at the same time.",
    413: "The body is too large.",
    415: "The content type is not one the server reads.",
}
_PROJECT_ID = (
    "The id of the project, as the URL of its pages has it, or `@current` for the project the "
    "caller uses now."
)

Endpoint = tuple[str, str, str, Callable[..., object]]


def without_aliases(endpoints: Iterable[Endpoint]) -> list[Endpoint]:
    """Leave out /api/environments/, where everything of /api/projects/ answers as well."""
    return [endpoint for endpoint in endpoints if not endpoint[0].startswith("/api/environments/")]


def with_tag_groups(
    result: dict[str, object], generator: object, **kwargs: object
) -> dict[str, object]:
    """Collect the tags of all operations under one heading, as the public document does."""
    tags = {
        tag
        for operations in result["paths"].values()
        for operation in operations.values()
        for tag in operation["tags"]
    }
    result["x-tagGroups"] = [{"name": "All endpoints", "tags": sorted(tags)}]
    schemas = result["components"]["schemas"] | {"Error": _ERROR}
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


class WireSchema(AutoSchema):
    """Names operations, tags, scopes and errors as clients know them."""

    def get_operation_id(self) -> str:
        return super().get_operation_id().removeprefix("projects_")

    def get_tags(self) -> list[str]:
        return [part for part in self.path.split("/") if part and "{" not in part][2:3]

    def get_auth(self) -> list[dict[str, list[str]]]:
        return [{"PersonalAPIKeyAuth": required_scopes(self.view, self.method)}]

    def get_summary(self) -> str:
        action = getattr(self.view, "action", self.method.lower()) or self.method.lower()
        verb = {"list": "List all", "partial_update": "Update", "update": "Replace"}.get(
            action, action.capitalize().replace("Destroy", "Delete")
        )
        return f"{verb} {self.get_tags()[0].replace('_', ' ')}"

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, object]]:
        parameters = super()._resolve_path_parameters(variables)
        for parameter in parameters:
            if parameter["name"] == "project_id":
                parameter["description"] = _PROJECT_ID
        return parameters

    def _get_response_bodies(self, direction: str = "response") -> dict[str, object]:
        bodies = super()._get_response_bodies(direction)
        errors = {**_READ_ERRORS, **({} if self.method == "GET" else _WRITE_ERRORS)}
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        for status, description in sorted(errors.items()):
            bodies.setdefault(str(status), {"description": description, "content": content})
        bodies["default"] = {"description": "Any other refusal.", "content": content}
        return bodies
