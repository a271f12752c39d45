"""drf-spectacular schema class that follows the public document of the wire."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import AllowAny
from rest_framework.serializers import ModelSerializer, Serializer

from api.idempotency.mixin import IdempotencyMixin
from api.permissions import required_scopes
from experiments_api import headers
from experiments_api.refusals import refusals

_CONTAINER_IDS = {
    "project_id": "The id of the project, as the URL of its pages has it, or `@current` for the "
    "project the caller uses now.",
    "organization_id": "The UUID of the organization, or `@current` for the organization of the "
    "project the caller uses now.",
}
_VERBS = {"list": "List all", "update": "Replace", "partial_update": "Update", "destroy": "Delete"}
# Without the first word they would be called as others are.
_FULLY_NAMED = (
    "/api/organizations/{organization_id}/projects/",
    "/api/organizations/{organization_id}/activity_log/",
)
_Parameter = OpenApiParameter | Serializer[Any] | type[Serializer[Any]]
_PREFIXES = ("/api/projects/{project_id}/", "/api/organizations/{organization_id}/")

Document = dict[str, Any]


class WireSchema(AutoSchema):
    """Names operations, tags, scopes and errors as clients know them."""

    view: Any

    def get_operation_id(self) -> str:
        name = super().get_operation_id()
        # The wire leaves out the word for what contains the rest, and even the only one for
        # organizations themselves.
        is_short = self._is_below_a_container() or self.path.startswith("/api/organizations/")
        if is_short and not self.path.startswith(_FULLY_NAMED):
            name = name.partition("_")[2]
        if getattr(self.view, "action", None) == "all_activity":
            # Without its id the path reads like the one of a single object's activity.
            return name.replace("_activity_", "_all_activity_")
        return name

    def get_tags(self) -> list[str]:
        words = [word for word in self.path.split("/")[2:] if word and "{" not in word]
        return words[1:2] if self._is_below_a_container() else words[:1]

    def get_extensions(self) -> dict[str, list[str]]:
        app = type(self.view).__module__.partition(".")[0]
        return {"x-explicit-tags": [getattr(self.view, "document_tag", app)]}

    def get_auth(self) -> list[dict[str, list[str]]]:
        # The reference lists the scopes that a key needs as the scopes of its scheme.
        if AllowAny in self.view.permission_classes:
            return []
        scopes = required_scopes(self.view, self.method)
        if not scopes:
            # No key may do it, whatever its scopes.
            return [{"SessionAuth": []}]
        return [dict.fromkeys(scheme, scopes) for scheme in super().get_auth()]

    def get_summary(self) -> str:
        action = getattr(self.view, "action", None) or self.method.lower()
        verb = _VERBS.get(action, action.replace("_", " ").capitalize())
        return f"{verb} {self.get_tags()[0].replace('_', ' ')}"

    def get_override_parameters(self) -> list[_Parameter]:
        if self.method == "GET":
            return [headers.IF_NONE_MATCH, headers.ETAG]
        found: list[_Parameter] = [headers.IF_MATCH] if self._is_conditional() else []
        if self._is_repeatable():
            found += [headers.IDEMPOTENCY_KEY, headers.REPLAYED]
        if self._has_etag():
            found.append(headers.ETAG)
        return found

    def _is_below_a_container(self) -> bool:
        return self.path.startswith(_PREFIXES)

    def _has_etag(self) -> bool:
        if self.view.action in getattr(self.view, "without_etag", [self.view.action]):
            return False
        answers = self.get_response_serializers()
        return headers.shows(self.view.get_serializer_class(), answers=answers)

    def _is_repeatable(self) -> bool:
        return self.method == "POST" and isinstance(self.view, IdempotencyMixin)

    def _is_conditional(self) -> bool:
        is_change = self.method != "GET" and self.view.detail
        return is_change and headers.can_succeed(self.get_response_serializers())

    def _resolve_path_parameters(self, variables: list[str]) -> list[Document]:
        parameters: list[Document] = super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call]
        for parameter in parameters:
            name = parameter["name"]
            described = _CONTAINER_IDS.get(name) or parameter.get("description")
            if name in ("id", "uuid", "user__uuid") and hasattr(self.view, "reference_help"):
                # Such an id may also be a word with an @.
                described, parameter["schema"] = self.view.reference_help, {"type": "string"}
            parameter["description"] = described or f"The id of the {name.removesuffix('_id')}."
        return parameters

    def _map_basic_serializer(self, serializer: Serializer[Any], direction: str) -> Document:
        schema: Document = (
            super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        )
        if direction == "response" and isinstance(serializer, ModelSerializer):
            # What may be left out of a request is never left out of an answer, or hardly ever.
            sometimes: frozenset[str] = getattr(serializer.Meta, "sometimes_shown", frozenset())
            schema["required"] = sorted(schema["properties"].keys() - sometimes)
        return schema

    def _get_response_bodies(
        self, direction: Literal["request", "response"] = "response"
    ) -> Document:
        bodies = super()._get_response_bodies(direction)
        for status, body in bodies.items():
            body["description"] = body["description"] or self._description_of(status)
        scopes = required_scopes(self.view, self.method)
        # What a key that only reads may do is never gated.
        is_gated = hasattr(self.view, "approval_resource") and any(
            scope.endswith(":write") for scope in scopes
        )
        known = refusals(
            is_write=self.method != "GET",
            is_gated=is_gated,
            is_conditional=self._is_conditional(),
            is_repeatable=self._is_repeatable(),
        )
        if self.method == "GET":
            bodies["304"] = {"description": "The answer is one of those in `If-None-Match`."}
        return dict(sorted((known | bodies).items()))

    def _description_of(self, status: str) -> str:
        if status == "201":
            return "The created object."
        return "One page of the list." if self._is_list_view() else "The object as it is now."
