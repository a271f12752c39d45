"""Signing up by an invitation."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from core.http.parsers import StrictJSONParser
from organizations import selectors, services
from organizations.models import OrganizationInvite
from organizations.serializers import OpenInviteSerializer, SignupSerializer


class SignupViewSet(GenericViewSet[OrganizationInvite]):
    """An invitation, for the one who has its link: what it is to, and an account for it.

    Who has an account logs in and accepts the invitation instead.
    """

    authentication_classes = []
    permission_classes = [AllowAny]
    # A page of another origin can send JSON only to a server that allows it to.
    parser_classes = [StrictJSONParser]
    serializer_class = SignupSerializer
    queryset = OrganizationInvite.objects.none()

    @extend_schema(summary="Retrieve an invitation by its link", responses=OpenInviteSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        invite = selectors.get_open_invite(token=pk)
        return Response(OpenInviteSerializer(invite).data)

    @extend_schema(summary="Sign up", responses={201: OpenInviteSerializer})
    def create(self, request: Request, pk: str) -> Response:
        """Create an account with the invited address, join, and begin a session."""
        invite = selectors.get_open_invite(token=pk)
        shown = OpenInviteSerializer(invite).data
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = serializer.validated_data | {"token": pk, "now": timezone.now()}
        services.sign_up(request=request._request, **values)  # noqa: SLF001
        return Response(shown, status=201)
