"""Do all programs give the same answers? Asked before anything is measured."""

import json
import sys

from bench.operations import CREATE, PATCH, Filled, Operation
from bench.servers import Server

# What each answer to a write has for itself, wherever it stands.
_OWN = frozenset({"id", "key", "feature_flag_key", "name", "created_at", "updated_at"})
_OWN_IN_WRITES = _OWN | {"description", "fingerprint"}


def check_equal(servers: list[Server], operations: list[Operation], filled: Filled) -> None:
    """End with an explanation when two programs answer differently."""
    for operation in operations:
        expected, *others = [(server, _answer(server, operation, filled)) for server in servers]
        for server, answer in others:
            if difference := _difference(expected[1], answer):
                sys.exit(f"{operation.title}: {server.name} differs at {difference}.")


def _answer(server: Server, operation: Operation, filled: Filled) -> object:
    own = str(filled.first_ids[operation.project] + filled.sizes[operation.project] // 2)
    path = operation.path_in(filled).replace("@ID@", own)
    body, _ = server.request(
        operation.method, path, operation.body.replace("@MARK@", f"equal-{server.name}")
    )
    document = json.loads(body)
    if operation in (CREATE, PATCH):
        return _without(document, _OWN_IN_WRITES)
    return document | {
        "next": bool(document.get("next")),
        "previous": bool(document.get("previous")),
    }


def _without(node: object, names: frozenset[str]) -> object:
    if isinstance(node, dict):
        return {name: _without(part, names) for name, part in node.items() if name not in names}
    return [_without(part, names) for part in node] if isinstance(node, list) else node


def _difference(ours: object, theirs: object, place: str = "") -> str | None:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            return f"{place}: {sorted(ours.keys() ^ theirs.keys())}"
        parts = [(f"{place}.{name}", ours[name], theirs[name]) for name in ours]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        parts = [(f"{place}[{i}]", *pair) for i, pair in enumerate(zip(ours, theirs, strict=True))]
    else:
        return None if ours == theirs else f"{place or 'the top'}: {ours!r} is not {theirs!r}"
    found = (_difference(one, other, deeper) for deeper, one, other in parts)
    return next(filter(None, found), None)
