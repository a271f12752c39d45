"""Who wants which sources: apps above this one say so, and facts are ready before they are read."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from events.facts.definitions import SourceDefinition

Wanted = Mapping[int, Sequence[SourceDefinition]]
# The sources that an app's stored documents name, by project.
Provider = Callable[[], Iterable[tuple[int, SourceDefinition]]]

_providers: list[Provider] = []


def wanted_by(provider: Provider) -> Provider:
    """Register a provider, once; an app does it when it is ready.

    While there are any, `catch_up_facts` makes what they want and deletes what nobody does.
    """
    if provider not in _providers:
        _providers.append(provider)
    return provider


def wanted_sources() -> Wanted | None:
    """Return what all providers want; None without any, when nothing can be said to be unwanted."""
    if not _providers:
        return None
    # By their texts: definitions have no hash, and a project may want tens of thousands.
    wanted: dict[int, dict[str, SourceDefinition]] = {}
    for provider in _providers:
        for project_id, definition in provider():
            wanted.setdefault(project_id, {})[definition.as_text()] = definition
    return {project_id: [*of_project.values()] for project_id, of_project in wanted.items()}
