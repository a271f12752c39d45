"""Which flags of a project a request is about."""

from dataclasses import dataclass

from evaluation.engine.definitions import FlagDefinition


@dataclass(frozen=True, slots=True)
class Selection:
    """A runtime (None: all of them) and evaluation contexts (none: all flags)."""

    runtime: str | None = None
    contexts: frozenset[str] = frozenset()

    def includes(self, flag: FlagDefinition) -> bool:
        """Tell whether the flag is served at all, and to requests like this one."""
        if flag.deleted or not flag.active:
            return False
        if self.runtime is not None and flag.evaluation_runtime not in (None, "all", self.runtime):
            return False
        if not self.contexts or not flag.evaluation_contexts:
            return True
        return not self.contexts.isdisjoint(flag.evaluation_contexts)


EVERYTHING = Selection()
