"""Postprocessing of the OpenAPI document: order, shared components, nulls."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from experiments import documents as experiments
from experiments_api.introduction import TAGS
from experiments_api.refusals import SCHEMAS
from saved_metrics import documents as metrics

Document = dict[str, Any]
Endpoint = tuple[str, str, str, Callable[..., object]]


def without_aliases(endpoints: Iterable[Endpoint]) -> list[Endpoint]:
    """Leave out /api/environments/, where everything of /api/projects/ answers as well."""
    return [endpoint for endpoint in endpoints if not endpoint[0].startswith("/api/environments/")]


def with_order(result: Document, generator: object, **kwargs: object) -> Document:
    """Put what the server is for first, and describe every tag.

    The tags of all operations stand under one heading, as in the public document.
    """
    paths = result["paths"]
    found = {path: _tag_of(operations) for path, operations in paths.items()}
    known = [*TAGS, *sorted(set(found.values()) - TAGS.keys())]
    result["paths"] = {
        path: paths[path] for path in sorted(paths, key=lambda p: known.index(found[p]))
    }
    used = [tag for tag in known if tag in found.values()]
    result["tags"] = [{"name": tag, "description": TAGS.get(tag, "")} for tag in used]
    result["x-tagGroups"] = [{"name": "All endpoints", "tags": used}]
    return result


def _tag_of(operations: dict[str, Document]) -> str:
    return str(next(operation["tags"][0] for operation in operations.values()))


def with_errors(result: Document, generator: object, **kwargs: object) -> Document:
    """Add the objects that fields and refusals refer to."""
    schemas = result["components"]["schemas"] | SCHEMAS | experiments.SCHEMAS | metrics.SCHEMAS
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def without_empty_enums(result: Document, generator: object, **kwargs: object) -> Document:
    """Write the empty text and null where they may stand; enumerations of them alone break clients.

    Generators make a constant of each value's name, and these two have none.
    """
    schemas = result["components"]["schemas"]
    plain: dict[str, Document] = {
        f"#/components/schemas/{name}": schema
        for name, schema in (
            ("BlankEnum", {"type": "string", "maxLength": 0}),
            ("NullEnum", {"type": "null"}),
        )
        if schemas.pop(name, None) is not None
    }
    return cast("Document", _with_replaced(result, plain))


def _with_replaced(node: object, plain: dict[str, Document]) -> object:
    if isinstance(node, list):
        return [_with_replaced(part, plain) for part in node]
    if not isinstance(node, dict):
        return node
    if (reference := node.get("$ref")) in plain:
        return dict(plain[reference])
    return {name: _with_replaced(part, plain) for name, part in node.items()}


def with_true_nulls(result: Document, generator: object, **kwargs: object) -> Document:
    """Write nulls as OpenAPI 3.1 does where the generator still writes them otherwise."""
    return cast("Document", _with_true_nulls(result))


def _with_true_nulls(node: object) -> object:
    if isinstance(node, list):
        return [_with_true_nulls(part) for part in node]
    if not isinstance(node, dict):
        return node
    node = {name: _with_true_nulls(part) for name, part in node.items()}
    if node.get("nullable") is True:
        del node["nullable"]
        node["type"] = [node["type"], "null"]
    if node.get("oneOf") == [{}, {"type": "null"}]:
        # Anything is null as well, and null must not match twice.
        del node["oneOf"]
    return node
