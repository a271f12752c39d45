"""A change that a policy may be about, as its approvers will read it."""

from collections.abc import Callable
from dataclasses import dataclass, field

Document = dict[str, object]

# Where a change names the experiments that it reaches beside its own subject: a list of `{id, …}`.
AFFECTED = "affected_experiments"


@dataclass(frozen=True)
class GatedChange:
    """A change that a policy may want agreement for.

    `action_keys` names the change first, then what may govern it when no policy names it.
    `subject` tells what is changed, so that two open requests never collide by accident.
    `intent` is the machine's form: a request may be carried out only while it is still the same.
    """

    action_keys: tuple[str, ...]
    resource_type: str
    resource_id: str | None
    subject: str
    before: Document
    after: Document
    intent: Document
    description: str
    details: Document = field(default_factory=dict)
    # What the same change is called when it is narrower, and whether it is. Asked for first.
    narrower_key: str | None = None
    is_narrower: Callable[[], bool] = bool

    @property
    def all_keys(self) -> tuple[str, ...]:
        """Return every name that a policy may call the change by."""
        return (self.narrower_key, *self.action_keys) if self.narrower_key else self.action_keys

    @property
    def action_key(self) -> str:
        return self.action_keys[0]

    @property
    def display(self) -> Document:
        """Return the person's form."""
        return {
            "description": self.description,
            "before": self.before,
            "after": self.after,
            **self.details,
        }
