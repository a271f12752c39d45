"""What the evaluator is given: flags and cohorts as they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FlagDefinition:
    """A flag as far as evaluation needs it; `filters` is the stored document."""

    id: int
    key: str
    filters: Mapping[str, object]
    active: bool = True
    deleted: bool = False
    version: int | None = 1
    ensure_experience_continuity: bool = False
    evaluation_runtime: str | None = None
    bucketing_identifier: str | None = None
    evaluation_contexts: Sequence[str] = ()

    @property
    def is_by_device(self) -> bool:
        """Tell whether people are told apart by their device."""
        return self.bucketing_identifier == "device_id"


@dataclass(frozen=True, slots=True)
class CohortDefinition:
    """A cohort; `properties` is its group of conditions, which a static one does not have."""

    id: int
    is_static: bool = False
    properties: Mapping[str, object] = field(default_factory=dict)
    # To Python `true` equals 1, so the group alone does not say that it has changed.
    version: int = 1
