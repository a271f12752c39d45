"""Routes at the root and below an organization."""

from core.routing import OptionalSlashRouter
from organizations.views import (
    AllProjectsViewSet,
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
