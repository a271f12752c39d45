"""The endpoints of logins and of keys."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet, ModelViewSet

from accounts import selectors, services
from accounts.permissions import SelfAccessPermission
from accounts.serializers import (
    LoginCodeSerializer,
    LoginOutcomeSerializer,
    LoginSerializer,
    PersonalAPIKeySerializer,
)
from api.conditional import ConditionalMixin
from api.permissions import RecentLoginPermission
from core.exceptions import NotFound
from core.http.parsers import StrictJSONParser
from users.models import PersonalAPIKey, User

CURRENT = "@current"
_SUCCESS = {"success": True}
# The types of the documentation tool know names of schemes only.
_SESSION_OR_ITSELF: Any = [{"PersonalAPIKeyAuth": []}, {"SessionAuth": []}]


@require_safe
@never_cache
@ensure_csrf_cookie
def preflight(request: HttpRequest) -> JsonResponse:
    """Tell what the server has, and give a browser its CSRF cookie."""
    facts = selectors.describe_server()
    if facts["db"] and request.user.is_authenticated:
        facts |= selectors.describe_server_to_users(
            site_url=request.build_absolute_uri("/").rstrip("/"), now=timezone.now()
        )
    return JsonResponse(facts)


class LoginViewSet(GenericViewSet[Any]):
    """A login begins a session: the answer sets the cookies `sessionid` and `posthog_csrftoken`.

    Requests with these cookies speak for the user; unsafe ones send the second cookie's value as
    `X-CSRFToken` as well.
    """

    authentication_classes = []
    permission_classes = [AllowAny]
    # A page of another origin can send JSON only to a server that allows it to.
    parser_classes = [StrictJSONParser]
    serializer_class = LoginSerializer

    @extend_schema(summary="Log in", responses={200: LoginOutcomeSerializer})
    def create(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.log_in(request=request._request, **serializer.validated_data)  # noqa: SLF001
        return Response(_SUCCESS)

    @extend_schema(summary="Log in with a code", responses={200: LoginOutcomeSerializer})
    @action(detail=False, methods=["post"], serializer_class=LoginCodeSerializer)
    def code(self, request: Request) -> Response:
        """Begin a session with a code that an operator made, which works once, for 15 minutes."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.log_in_with_code(request=request._request, **serializer.validated_data)  # noqa: SLF001
        return Response(_SUCCESS)


class LogoutViewSet(GenericViewSet[Any]):
    """A logout ends the session that the cookies speak for, if there is one."""

    authentication_classes = [SessionAuthentication]
    permission_classes = [AllowAny]
    serializer_class = LoginOutcomeSerializer

    @extend_schema(summary="Log out", request=None, responses={200: LoginOutcomeSerializer})
    def create(self, request: Request) -> Response:
        services.log_out(request=request._request)  # noqa: SLF001
        return Response(_SUCCESS)


@extend_schema_view(retrieve=extend_schema(auth=_SESSION_OR_ITSELF))
class PersonalAPIKeyViewSet(ConditionalMixin, ModelViewSet[Any]):
    """The caller's own keys, ten at most.

    Keys cannot manage keys: all of this needs a session, and changes need a login within the last
    two hours. The one exception is that a key may read itself, also as `@current`.
    """

    permission_classes = [IsAuthenticated, RecentLoginPermission, SelfAccessPermission]
    serializer_class = PersonalAPIKeySerializer
    queryset = PersonalAPIKey.objects.none()
    pagination_class = None
    reference_help = "The id of the key; `@current` is the key that asks."
    # They show the value, which no other answer does.
    without_etag = ("create", "roll")

    @property
    def actor(self) -> User:
        return cast("User", self.request.user)

    def get_queryset(self) -> QuerySet[PersonalAPIKey]:
        return selectors.list_keys(user=self.actor)

    def get_object(self) -> Any:
        if self.kwargs["pk"] == CURRENT and self.request.auth is not None:
            self.kwargs["pk"] = self.request.auth.pk
        # What no id looks like, PostgreSQL may not even compare.
        if not self.kwargs["pk"].isalnum():
            raise NotFound
        return super().get_object()

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        serializer.instance = services.create_key(user=self.actor, values=serializer.validated_data)

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        serializer.instance = services.update_key(
            user=self.actor,
            key_id=cast("PersonalAPIKey", serializer.instance).pk,
            changes=serializer.validated_data,
        )

    def perform_destroy(self, instance: PersonalAPIKey) -> None:
        services.delete_key(user=self.actor, key_id=instance.pk)

    @extend_schema(summary="Roll a personal API key", request=None)
    @action(detail=True, methods=["post"])
    def roll(self, request: Request, pk: str) -> Response:
        """Replace the value of the key; the old one is refused from then on."""
        key = services.roll_key(user=self.actor, key_id=self.get_object().pk, now=timezone.now())
        return Response(self.get_serializer(key).data)
