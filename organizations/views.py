"""The endpoints of organizations and of projects."""

from functools import cached_property

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.permissions import IsAuthenticated

from organizations.viewsets import ProjectResourceViewSet, ReachViewSet
from projects import selectors
from projects.models import Organization, Project
from projects.serializers import OrganizationSerializer
from projects.viewsets import OrganizationScopedViewSet
from users.permissions import APIScopePermission

_SEARCH = OpenApiParameter("search", str, description="A part of the name.")


class OrganizationViewSet(ReachViewSet, ListModelMixin, RetrieveModelMixin):
    """Organizations own projects, and the people who work in them are their members."""

    scope_object = "organization"
    reference_help = "The UUID of the organization, or `@current` for the one the caller uses now."
    permission_classes = [IsAuthenticated, APIScopePermission]
    serializer_class = OrganizationSerializer
    queryset = Organization.objects.none()

    @cached_property
    def organization(self) -> Organization | None:
        """Return the organization that the URL names, if it names one."""
        if not self.detail:
            return None
        return selectors.get_own_organization(
            reference=self.kwargs["pk"], user=self.actor, organization_ids=self.organization_ids
        )

    def get_queryset(self) -> QuerySet[Organization]:
        return selectors.list_organizations(user=self.actor, organization_ids=self.organization_ids)

    def get_object(self) -> Model:
        self.kwargs["pk"] = self.organization.pk
        return super().get_object()

    def get_serializer_context(self) -> dict[str, object]:
        context = super().get_serializer_context()
        if not getattr(self, "swagger_fake_view", False):
            context["levels"] = selectors.levels_of(user=self.actor)
        return context


@extend_schema_view(list=extend_schema(summary="List all my projects", parameters=[_SEARCH]))
class AllProjectsViewSet(ProjectResourceViewSet, ListModelMixin, RetrieveModelMixin):
    """Projects hold experiments, flags and all that belongs to them, apart from other projects.

    These are the projects of all organizations that the caller belongs to.
    """

    permission_classes = [IsAuthenticated, APIScopePermission]


@extend_schema_view(list=extend_schema(parameters=[_SEARCH]))
class ProjectViewSet(
    ProjectResourceViewSet, OrganizationScopedViewSet, ListModelMixin, RetrieveModelMixin
):
    """The projects of an organization.

    Every member of the organization may read them, its admins may change them.
    """

    permission_classes = OrganizationScopedViewSet.permission_classes
    scope_object = "project"
    membership = OrganizationScopedViewSet.membership

    @cached_property
    def project(self) -> Project | None:
        """Return the project that the URL names, if it names one and the caller may know."""
        return super().project if self.membership else None

    def get_queryset(self) -> QuerySet[Project]:
        return super().get_queryset().filter(organization=self.organization)
