"""Flags that ask for the values of other flags: in which order they are evaluated."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def in_order(
    nodes: Sequence[Node], needs: Mapping[Node, set[Node]]
) -> tuple[list[Node], set[Node]]:
    """Return the nodes, each after those it needs, and the ones that need themselves.

    What needs itself, directly or through others, comes as if it needed nothing.
    """
    remaining = {node: set(needs.get(node, ())) for node in nodes}
    ordered = _take_ready(remaining)
    cyclic = {node for node in remaining if node in reachable([node], remaining)}
    for node in cyclic:
        remaining[node] = set()
    return ordered + _take_ready(remaining, done=ordered), cyclic


def reachable(nodes: Iterable[Node], needs: Mapping[Node, Iterable[Node]]) -> set[Node]:
    """Return everything that the nodes need, directly or through others."""
    found: set[Node] = set()
    waiting = [needed for node in nodes for needed in needs.get(node, ())]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += needs.get(node, ())
    return found


def _take_ready(remaining: dict[Node, set[Node]], *, done: Iterable[Node] = ()) -> list[Node]:
    ordered: list[Node] = []
    finished = set(done)
    dependents: dict[Node, list[Node]] = {}
    missing = {node: len(needed - finished) for node, needed in remaining.items()}
    for node, needed in remaining.items():
        for one in needed - finished:
            dependents.setdefault(one, []).append(node)
    ready = [node for node, count in missing.items() if count == 0]
    while ready:
        following: list[Node] = []
        for node in ready:
            ordered.append(node)
            del remaining[node]
            for dependent in dependents.get(node, ()):
                missing[dependent] -= 1
                if missing[dependent] == 0:
                    following.append(dependent)
        ready = following
    return ordered
