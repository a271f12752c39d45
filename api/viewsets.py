"""The bases of every resource that lives in a project or in an organization."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar, cast

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from api.auth_context import AuthContext, load_auth_context
from api.authentication import find_value
from api.compression import CompressedListMixin
from api.conditional import ConditionalMixin
from api.idempotency.mixin import IdempotencyMixin
from api.models import IdempotencyKey
from api.permissions import (
    AccessLevelPermission,
    AdminWritePermission,
    APIScopePermission,
    OrganizationMembershipPermission,
    ProjectMembershipPermission,
    names_nothing,
)
from api.response_cache import CachedResponseMixin
from core.exceptions import InUse, NotFound, PermissionDenied
from core.http.query_text import spells_number
from core.ops import request_log
from tenants import selectors
from tenants.access import Access, SecretKeyAccess
from tenants.levels import PROJECT
from tenants.models import Membership, Organization, Project, ProjectSecretAPIKey
from users.models import User
from users.tokens import SECRET_PREFIX


class ScopedViewSet(
    IdempotencyMixin,
    CompressedListMixin,
    ConditionalMixin,
    CachedResponseMixin,
    GenericViewSet[Any],
):
    # No docstring, here and below: the published description of a resource is its own viewset's.

    scope_object: ClassVar[str]
    # Objects whose scopes open the same.
    other_scope_objects: ClassVar[tuple[str, ...]] = ()
    # The scopes of an action that is neither a plain read nor a plain write.
    required_scopes: ClassVar[list[str]] = []
    # The actions beside the plain ones that write.
    write_actions: ClassVar[tuple[str, ...]] = ()
    # The actions that no key may take, whatever its scopes.
    session_actions: ClassVar[tuple[str, ...]] = ()

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        request_log.note(user=request.user.pk)

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        if names_nothing(self):
            raise NotFound
        return super().http_method_not_allowed(request, *args, **kwargs)

    @property
    def actor(self) -> User:
        return cast("User", self.request.user)

    @property
    def is_list(self) -> bool:
        return self.action == "list"


class ProjectScopedViewSet(ScopedViewSet):
    permission_classes = [
        IsAuthenticated,
        APIScopePermission,
        ProjectMembershipPermission,
        AccessLevelPermission,
    ]
    has_integer_ids: ClassVar[bool] = True
    # The resource that access rules name; rules about the project itself apply everywhere.
    access_resource: ClassVar[str] = PROJECT
    # Other resources whose access rules are loaded too.
    other_resources: ClassVar[tuple[str, ...]] = ()
    # Whether rules may concern single objects, so that a list shows only some.
    has_object_rules: ClassVar[bool] = True
    # Whether the action on one object creates another one.
    is_copying: ClassVar[bool] = False
    # Whether the action checks the level of each of its many objects by itself.
    checks_each_object: ClassVar[bool] = False

    # The actions that secret API keys of the project may take; most views know none.
    secret_key_actions: ClassVar[tuple[str, ...]] = ()

    # Set when a personal API key was authenticated; sessions look its parts up one by one.
    auth: AuthContext | None = None

    def perform_authentication(self, request: Request) -> None:
        value, _ = find_value(request)
        if isinstance(value, str) and not value.startswith(SECRET_PREFIX):
            # The object that the URL names is queried in the same round trip.
            self.prefetch_object()
            self.auth = load_auth_context(value=value, reference=self.kwargs["project_id"])
            request.auth_context = self.auth  # type: ignore[attr-defined]
        super().perform_authentication(request)

    def prefetch_object(self) -> None:
        """Queue the query for the object that the URL names, if that can be done so early."""

    @cached_property
    def project(self) -> Project:
        if self.auth:
            project = self.auth.project
        elif isinstance(self.request.auth, ProjectSecretAPIKey):
            project = self.request.auth.project
        else:
            project = selectors.get_project(reference=self.kwargs["project_id"], user=self.actor)
        request_log.note(project=project.pk)
        return project

    @cached_property
    def membership(self) -> Membership | None:
        if self.auth:
            return self.auth.membership
        if isinstance(self.request.auth, ProjectSecretAPIKey):
            return None
        return selectors.find_project_membership(user=self.actor, project=self.project)

    @cached_property
    def access(self) -> Access:
        if isinstance(self.request.auth, ProjectSecretAPIKey):
            return SecretKeyAccess(project=self.project)
        return Access(
            project=self.project,
            membership=self.membership,
            resource=self.access_resource,
            others=self.other_resources,
        )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        queryset = super().filter_queryset(queryset)
        return self.access.visible(self.access_resource, queryset) if self.is_list else queryset

    def get_object(self) -> Any:
        reference = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        if self.has_integer_ids and not spells_number(reference):
            raise NotFound
        return super().get_object()

    def handle_exception(self, exc: Exception) -> Response:
        # A refusal names only what the caller may see.
        exc = self.access.told(exc) if isinstance(exc, InUse) else exc
        return super().handle_exception(exc)

    def check_replay(self, answer: IdempotencyKey) -> None:
        super().check_replay(answer)
        if not self.detail:
            return
        # Check the level only: the first request changed the state that other permissions test.
        reference = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        self.check_replay_of(self.get_queryset().filter(**{self.lookup_field: reference}).first())

    def check_replay_of(self, row: Model | None) -> None:
        """Check that an answer about this object may be given again.

        :raises NotFound: when it is gone.
        :raises PermissionDenied: when the caller's level is too low by now.
        """
        if row is None:
            raise NotFound
        AccessLevelPermission().has_object_permission(self.request, self, row)

    def check_replay_of_many(self, ids: Collection[int]) -> None:
        """Check that an answer about these objects may be given again.

        :raises PermissionDenied: when one of them is denied the caller by now.
        """
        every = self.get_queryset().model._default_manager  # noqa: SLF001
        rows = every.filter(project=self.project, pk__in=ids)
        if rows.count() > self.access.visible(self.access_resource, rows).count():
            raise PermissionDenied("You have no access to all of this any more.")

    def get_serializer_context(self) -> dict[str, object]:
        context = super().get_serializer_context()
        if not getattr(self, "swagger_fake_view", False):
            context |= {"project": self.project, "access": self.access}
        return context


class OrganizationScopedViewSet(ScopedViewSet):
    permission_classes = [
        IsAuthenticated,
        APIScopePermission,
        OrganizationMembershipPermission,
        AdminWritePermission,
    ]

    @cached_property
    def organization(self) -> Organization:
        return selectors.get_organization(reference=self.kwargs["organization_id"], user=self.actor)

    @cached_property
    def membership(self) -> Membership | None:
        return selectors.find_membership(user=self.actor, organization=self.organization)
