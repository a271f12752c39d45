"""Apps above that store something about people, and delete it when somebody is to be forgotten."""

from collections.abc import Callable, Sequence

# Takes the id of a project and the numbers of all ids that are one person.
Forgetter = Callable[[int, Sequence[int]], None]

_forgetters: list[Forgetter] = []


def forgets_people(forgetter: Forgetter) -> Forgetter:
    """Register a function that deletes what an app stores about a person; when it is ready."""
    if forgetter not in _forgetters:
        _forgetters.append(forgetter)
    return forgetter


def forget_elsewhere(project_id: int, actors: Sequence[int]) -> None:
    """Let every registered app delete what it stores about the person with these numbers."""
    for forgetter in _forgetters:
        forgetter(project_id, actors)
