"""Routes at the root, below an organization and below a project."""

from core.routing import OptionalSlashRouter
from organizations.views import (
    AllProjectsViewSet,
    GroupTypeViewSet,
    InviteViewSet,
    MemberViewSet,
    OrganizationViewSet,
    ProjectViewSet,
)

root = OptionalSlashRouter()
root.register("organizations", OrganizationViewSet, basename="organization")
root.register("projects", AllProjectsViewSet, basename="all_projects")
root.register("environments", AllProjectsViewSet, basename="all_environments")

below_an_organization = OptionalSlashRouter()
below_an_organization.register("projects", ProjectViewSet, basename="project")
below_an_organization.register("members", MemberViewSet, basename="member")
below_an_organization.register("invites", InviteViewSet, basename="invite")

below_a_project = OptionalSlashRouter()
below_a_project.register("groups_types", GroupTypeViewSet, basename="group_type")
