"""Error responses in the OpenAPI document."""

from typing import Any

Document = dict[str, Any]

_TEXT = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_CHANGE_REQUEST = {"$ref": "#/components/schemas/ChangeRequest"}
_ANYTHING = {"type": "object", "additionalProperties": {}}


def _object(properties: Document, *, optional: tuple[str, ...] = ()) -> Document:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


SCHEMAS = {
    "Error": _object(
        {
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
            "code": _TEXT,
            "detail": _TEXT,
            "attr": _TEXT_OR_NULL,
        }
    ),
    "BareError": _object({"error": _TEXT, "detail": _TEXT}),
    "ApprovalRequired": _object(
        {
            "code": {"type": "string", "enum": ["approval_required", "change_request_pending"]},
            "status": {"type": "string", "enum": ["approval_required"]},
            "detail": _TEXT,
            "message": _TEXT,
            "error": _TEXT,
            "resource_type": _TEXT,
            "resource_id": _TEXT_OR_NULL,
            "change_request_id": {"type": "string", "format": "uuid"},
            "change_request": _CHANGE_REQUEST,
            "existing_change_request": _CHANGE_REQUEST,
            "required_approvers": _ANYTHING,
        },
        # Deletions answer with other members than the rest.
        optional=(
            "status",
            "message",
            "error",
            "change_request",
            "existing_change_request",
            "required_approvers",
        ),
    ),
    "PolicyConflict": _object(
        {
            "code": {"type": "string", "enum": ["policy_conflict"]},
            "error": _TEXT,
            "detail": _TEXT,
            "conflicting_policies": {
                "type": "array",
                "items": _object({"id": _TEXT, "name": _TEXT, "action_key": _TEXT}),
            },
            "guidance": _TEXT,
        }
    ),
}

_READ = {
    401: "The credentials are missing or wrong.",
    403: "The key or its user may not do this.",
    404: "There is no such project or object.",
    429: "The key, or the address of a caller without one, asks too often.",
}
_RETRY_AFTER = {
    "Retry-After": {
        "description": "After how many seconds to ask again; absent when that is not known.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
_WRITE = {
    400: "Something in the request is not valid; `attr` names the field.",
    409: "Someone else changed this at the same time.",
    413: "The body is too large.",
    415: "The content type is not one the server reads.",
}
_CONDITIONAL = {412: "The object is not the one that `If-Match` names."}
_REPEATABLE = {422: "The `Idempotency-Key` was sent with another request before."}
_GATED = {
    400: ("PolicyConflict", "Not valid, or several approval policies want to be asked."),
    409: ("ApprovalRequired", "Others must agree first: a change request is recorded and open."),
}


def refusals(
    *, is_write: bool, is_gated: bool, is_conditional: bool, is_repeatable: bool
) -> Document:
    """Return the refusals of an operation by status, as response objects."""
    described = _READ | (_WRITE if is_write else {})
    described |= (_CONDITIONAL if is_conditional else {}) | (_REPEATABLE if is_repeatable else {})
    found: Document = {str(status): _response(text, "Error") for status, text in described.items()}
    if is_write and is_gated:
        for status, (name, text) in _GATED.items():
            found[str(status)] = _response(text, name, "Error")
    found["429"]["headers"] = _RETRY_AFTER
    return found | {"default": _response("Any other refusal.", "Error")}


def _response(description: str, *names: str) -> Document:
    references = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    schema = references[0] if len(references) == 1 else {"anyOf": references}
    return {"description": description, "content": {"application/json": {"schema": schema}}}
