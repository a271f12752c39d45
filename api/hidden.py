"""Resources without DELETE, which are hidden with `deleted` instead."""

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

if TYPE_CHECKING:
    from rest_framework.generics import GenericAPIView

    _View = GenericAPIView[Any]
else:
    _View = object

_ERROR = {"$ref": "#/components/schemas/Error"}


class HiddenByPatchMixin(_View):
    # No docstring: it would become the published description of the resource.

    @property
    def allowed_methods(self) -> list[str]:
        # The method is there only to say what to send in its place.
        return [method for method in super().allowed_methods if method != "DELETE"]

    @extend_schema(
        request=None,
        responses={405: OpenApiResponse(_ERROR, "Hidden by PATCH `deleted`, not here.")},
    )
    def destroy(self, request: Request, *args: object, **kwargs: object) -> Response:
        self.get_object()
        # Wire quirk: deletions-say-what-to-send, see docs/quirks.md.
        raise MethodNotAllowed("DELETE", 'Nothing is deleted here. Send PATCH {"deleted": true}.')
