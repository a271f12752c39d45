"""The bases of every resource that lives in a project or in an organization."""

from datetime import datetime
from typing import ClassVar

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from core import request_log
from core.conditional import ConditionalMixin
from core.exceptions import NotFound
from core.query_text import spells_number
from idempotency.mixins import IdempotencyMixin
from projects import entrances, selectors
from projects.access import Access
from projects.levels import PROJECT
from projects.models import Membership, Organization, Project
from projects.permissions import (
    AccessLevelPermission,
    AdminWritePermission,
    OrganizationMembershipPermission,
    ProjectMembershipPermission,
)
from projects.remembering import RememberingMixin
from users.models import PersonalAPIKey, User
from users.permissions import APIScopePermission
from users.selectors import find_key


class ScopedViewSet(IdempotencyMixin, ConditionalMixin, RememberingMixin, GenericViewSet):
    # No docstring, here and below: the published description of a resource is its own viewset's.

    scope_object: ClassVar[str]
    # The scopes of an action that is neither a plain read nor a plain write.
    required_scopes: ClassVar[list[str]] = []
    # The actions that no key may take, whatever its scopes.
    session_actions: ClassVar[tuple[str, ...]] = ()

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        request_log.note(user=request.user.pk)

    @property
    def actor(self) -> User:
        return self.request.user

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
    # What access rules call the things that this is about; those of a project itself bind all.
    access_resource: ClassVar[str] = PROJECT
    # Whether there can be rules about single ones of them, so that a list may show some.
    has_object_rules: ClassVar[bool] = True
    # Whether the action on one of them makes another one.
    is_copying: ClassVar[bool] = False
    # Whether the action is about many of them and asks for the level of each by itself.
    asks_of_each: ClassVar[bool] = False

    # Known when a key was found together with all the rest.
    entrance: entrances.Entrance | None = None

    def find_key(self, *, value: str) -> PersonalAPIKey | None:
        self.entrance = entrances.find_entrance(value=value, reference=self.kwargs["project_id"])
        return self.entrance.key if self.entrance else find_key(value=value)

    @cached_property
    def project(self) -> Project:
        if self.entrance:
            project = self.entrance.project
        else:
            project = selectors.get_project(reference=self.kwargs["project_id"], user=self.actor)
        request_log.note(project=project.pk)
        return project

    @cached_property
    def membership(self) -> Membership | None:
        if self.entrance:
            return self.entrance.membership
        return selectors.find_membership(user=self.actor, project=self.project)

    @cached_property
    def access(self) -> Access:
        return Access(
            project=self.project, membership=self.membership, resource=self.access_resource
        )

    def filter_queryset(self, queryset: QuerySet[Model]) -> QuerySet[Model]:
        queryset = super().filter_queryset(queryset)
        return self.access.visible(self.access_resource, queryset) if self.is_list else queryset

    def get_object(self) -> Model:
        reference = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        if self.has_integer_ids and not spells_number(reference):
            raise NotFound
        return super().get_object()

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
        return selectors.find_place(user=self.actor, organization=self.organization)
