"""POST with an Idempotency-Key: done once, answered as often as it is asked."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from api.idempotency.services import Answer, Asked, claim_key, keep_answer
from api.idempotency.validation import check_key
from api.models import IdempotencyKey
from api.permissions import is_reading
from core.db.errors import is_worth_repeating
from core.db.transactions import attempted, one_transaction
from tenants.selectors import CURRENT

KEY, REPLAYED = "Idempotency-Key", "Idempotent-Replayed"

Handler = Callable[..., HttpResponseBase]


if TYPE_CHECKING:
    from rest_framework.viewsets import GenericViewSet

    _View = GenericViewSet[Any]
else:
    _View = object


class IdempotencyMixin(_View):
    # No docstring: it would become the published description of the resource.
    # Wire quirk: idempotency-keys, see docs/quirks.md.

    # The actions whose answers hold a secret that nothing keeps, and those that only compute.
    without_replay: ClassVar[tuple[str, ...]] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        has_key = request.method == "POST" and KEY in request.headers and self._changes_something
        if has_key:
            # Read whole before a parser reads it, and before a transaction waits for it.
            _ = request.body
        super().initial(request, *args, **kwargs)
        if has_key and hasattr(self, "post"):
            # The framework has put the method that answers here, and calls it next.
            self.post: Handler = partial(self._answer_once, self.post)

    @property
    def _changes_something(self) -> bool:
        viewset: Any = self
        return viewset.action not in self.without_replay and not is_reading(viewset, "POST")

    def check_replay(self, answer: IdempotencyKey) -> None:
        """Ask again what the method that answered asked of its object.

        What is asked of every request is asked already. A base that knows of objects adds to this.

        :raises APIException: when the caller may not see or do this any more.
        """

    def _answer_once(
        self, handler: Handler, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        viewset: Any = self
        asked = Asked(
            user=viewset.actor,
            key=request.headers[KEY],
            method=str(request.method),
            path=request.path,
            query=request.META.get("QUERY_STRING", ""),
            current=_current(viewset) if CURRENT in request.path else "",
            body=request.body,
        )
        check_key(asked.key)
        return attempted(partial(self._answer, asked, handler, request, *args, **kwargs))

    def _answer(
        self, asked: Asked, handler: Handler, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        viewset: Any = self
        # The key, the change and the answer are committed together or not at all.
        with one_transaction():
            claimed = claim_key(asked=asked, now=viewset.now)
            if claimed.is_answered:
                self.check_replay(claimed)
                return _replayed(claimed)
            response = self._rendered_answer(handler, request, *args, **kwargs)
            if _is_final(response):
                keep_answer(claimed=claimed, answer=_answer_of(response))
            else:
                transaction.set_rollback(True)
            return response

    def _rendered_answer(
        self, handler: Handler, request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        try:
            response = cast("Response", handler(request, *args, **kwargs))
        except Exception as error:
            if is_worth_repeating(error):
                # The whole transaction is lost, and done again.
                raise
            response = self.handle_exception(error)
        finalized = self.finalize_response(request, response, *args, **kwargs)
        finalized.render()
        return finalized


def _current(viewset: Any) -> str:
    place = getattr(viewset, "project", None) or getattr(viewset, "organization", None)
    return str(place.pk) if place else ""


def _is_final(response: Response) -> bool:
    """Tell whether the same request should be answered the same; if not, nothing was done."""
    if response.status_code == 409:
        # Others must agree, which is recorded; every other conflict is a matter of luck.
        return "change_request_id" in response.data
    return response.status_code == 400 or 200 <= response.status_code < 300


def _answer_of(response: Response) -> Answer:
    return Answer(
        status=response.status_code,
        body=response.content.decode(),
        content_type=response.headers.get("Content-Type", ""),
        etag=response.headers.get("ETag", ""),
    )


def _replayed(claimed: IdempotencyKey) -> HttpResponse:
    headers = {REPLAYED: "true"} | ({"ETag": claimed.etag} if claimed.etag else {})
    return HttpResponse(
        claimed.body, status=claimed.status, content_type=claimed.content_type, headers=headers
    )
