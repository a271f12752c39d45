"""Taking a holdout before the experiment and its flag: the first step of the lock order."""

from core.exceptions import RuleBroken
from holdouts.models import Holdout
from holdouts.selectors import lock_holdout


def locked_choice(*, project_id: int, holdout_id: int | None) -> Holdout | None:
    """Lock the holdout that a client chose and return it as it is now.

    :raises RuleBroken: when it was deleted meanwhile.
    """
    if holdout_id is None:
        return None
    try:
        return lock_holdout(project_id=project_id, holdout_id=holdout_id)
    except Holdout.DoesNotExist:
        raise RuleBroken(
            f'Invalid pk "{holdout_id}" - object does not exist.',
            attr="holdout_id",
            code="does_not_exist",
        ) from None
