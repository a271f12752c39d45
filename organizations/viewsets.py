"""What the endpoints of organizations and of projects share."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from rest_framework.serializers import BaseSerializer

from api.viewsets import ScopedViewSet
from organizations import services
from organizations.serializers import ProjectSerializer
from tenants import selectors
from tenants.access import Access
from tenants.models import Membership, Project
from tenants.serializers import ProjectBasicSerializer
from users.models import PersonalAPIKey


class ContainerViewSet(ScopedViewSet):
    # For the containers themselves: those that the caller reaches are all there are.

    @property
    def organization_ids(self) -> list[str]:
        """Return the organizations that the key is restricted to; none means all."""
        key = self.request.auth
        return (key.scoped_organizations or []) if isinstance(key, PersonalAPIKey) else []


class ProjectResourceViewSet(ContainerViewSet):
    scope_object = "project"
    reference_help = "The id of the project, or `@current` for the one the caller uses now."
    serializer_class = ProjectSerializer
    queryset = Project.objects.none()

    @cached_property
    def project(self) -> Any:
        """Return the project that the URL names, None if it names none."""
        if not self.detail:
            return None
        return selectors.get_own_project(
            reference=self.kwargs["pk"], user=self.actor, organization_ids=self.organization_ids
        )

    @cached_property
    def membership(self) -> Membership | None:
        return selectors.find_project_membership(user=self.actor, project=self.project)

    @cached_property
    def access(self) -> Access:
        return Access(project=self.project, membership=self.membership)

    def get_queryset(self) -> QuerySet[Project]:
        if self.detail:
            return Project.objects.filter(pk=self.project.pk)
        return selectors.list_projects(
            user=self.actor,
            organization_ids=self.organization_ids,
            name_contains=self.request.query_params.get("search", ""),
        )

    def get_object(self) -> Any:
        self.kwargs["pk"] = self.project.pk
        return super().get_object()

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return ProjectBasicSerializer if self.is_list else ProjectSerializer

    def get_serializer_context(self) -> dict[str, object]:
        context = super().get_serializer_context()
        if not getattr(self, "swagger_fake_view", False) and not self.is_list:
            context |= {"membership": self.membership, "access": self.access}
        return context

    def perform_update(self, serializer: Any) -> None:
        serializer.instance = services.update_project(
            project_id=serializer.instance.pk,
            changes=serializer.validated_data,
            actor=self.actor,
            now=self.now,
        )
