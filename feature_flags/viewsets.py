"""The endpoints that change one thing of a flag: its state, or its rollout."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.http.responses import BARE_OR_PLAIN
from feature_flags import services
from feature_flags.rollout_bodies import rollout_of
from feature_flags.serializers import (
    FeatureFlagSerializer,
    RollOutSerializer,
    SetShareSerializer,
)

if TYPE_CHECKING:
    from approvals.mixins import ApprovalHandlingMixin as _View
else:
    _View = object

Method = TypeVar("Method", bound=Callable[..., Response])
_WRITE = ["feature_flag:write"]


def _changes_one_thing(summary: str, request: object = None) -> Callable[[Method], Method]:
    """Mark a method as an endpoint that changes one thing of a flag; without a body, it reads none.

    A deleted flag is refused by those that read one.
    """
    responses: dict[int, Any] = {200: FeatureFlagSerializer}
    if request is not None:
        responses[400] = OpenApiResponse(BARE_OR_PLAIN, "Not valid, or the flag is deleted.")

    def mark(method: Method) -> Method:
        endpoint: Any = action(
            detail=True, methods=["post"], required_scopes=_WRITE, ignores_body=request is None
        )(method)
        # Outermost: becoming an endpoint drops what the method was documented with before.
        documented = extend_schema(summary=summary, request=request, responses=responses)
        return cast("Method", documented(endpoint))

    return mark


class FlagLifecycleMixin(_View):
    # No docstring: it would become the published description of the resource.

    @_changes_one_thing("Switch a flag on")
    def enable(self, request: Request, **kwargs: object) -> Response:
        """Switch the flag on; the flags that it depends on must be on, and it not archived."""
        return self._take("enable")

    @_changes_one_thing("Switch a flag off")
    def disable(self, request: Request, **kwargs: object) -> Response:
        """Switch the flag off; no flag that is on may depend on it."""
        return self._take("disable")

    @_changes_one_thing("Archive a flag")
    def archive(self, request: Request, **kwargs: object) -> Response:
        """Switch the flag off and take it out of the lists that do not ask for archived ones."""
        return self._take("archive")

    @_changes_one_thing("Unarchive a flag")
    def unarchive(self, request: Request, **kwargs: object) -> Response:
        """Bring an archived flag back into the lists; it stays off."""
        return self._take("unarchive")

    @_changes_one_thing("Set the share of a condition", SetShareSerializer)
    def set_release_condition_rollout(self, request: Request, **kwargs: object) -> Response:
        """Let another share of people through one condition, unless the flag was changed since."""
        return self._change_rollout()

    @_changes_one_thing("Roll a flag out to everyone", RollOutSerializer)
    def roll_out_to_everyone(self, request: Request, **kwargs: object) -> Response:
        """Put a condition for everyone first, and serve one variant where there are some."""
        return self._change_rollout()

    def _take(self, transition: str) -> Response:
        flag = services.take_transition(
            flag=self.get_object(), transition=transition, actor=self.actor, now=self.now
        )
        return Response(self.get_serializer(flag).data)

    def _change_rollout(self) -> Response:
        flag = self.get_object()
        rollout = rollout_of(self.action, self.request.data)
        flag = services.change_rollout(flag=flag, rollout=rollout, actor=self.actor, now=self.now)
        return Response(self.get_serializer(flag).data)
