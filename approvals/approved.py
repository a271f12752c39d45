"""The approval that a change is carried out with, handed down to the gate as an argument."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from approvals.gated_change import Document, GatedChange
from approvals.models import ChangeRequest

# What of an intent was agreed to; the rest of it is there to be read.
_AGREED = ("current_state", "gated_changes", "preconditions")


class PreconditionFailed(Exception):
    """Raised while a request is carried out, when the world has moved on since it was made."""


@dataclass
class Approved:
    """Why a change passes the gate: its request was approved.

    Without a request: the change is a part of another one, which is asked about as a whole.
    """

    request: ChangeRequest | None = None
    is_used: bool = False
    # What of the intent must still hold.
    agreed: tuple[str, ...] = _AGREED
    # What is changed, where the request itself is about something else.
    subject: str | None = None

    def check_same(self, changes: Sequence[GatedChange]) -> None:
        """Let exactly the change of the request pass.

        :raises PreconditionFailed: for another one.
        """
        if self.request is None:
            return
        subject = self.subject or self.request.subject
        for change in changes:
            if change.subject != subject:
                raise PreconditionFailed(f"This would now change {change.subject} too.")
            if change.action_key == self.request.action_key:
                _check_intent(self.agreed, agreed=self.request.intent, now=change.intent)
                self.is_used = True

    def require_used(self) -> None:
        """Check that the change of the request was made.

        :raises PreconditionFailed: when it was not.
        """
        if not self.is_used:
            raise PreconditionFailed("The change is not needed any more.")


def _check_intent(keys: Iterable[str], *, agreed: Document, now: Document) -> None:
    for key in keys:
        if agreed.get(key) != now.get(key):
            raise PreconditionFailed(f"Expected {key} {agreed.get(key)}, found {now.get(key)}.")
