"""Routes at the root, below an organization and below a project."""

from django.urls import include, path, re_path

from core.http.routing import OptionalSlashRouter, SingletonRouter
from organizations.views import (
    AllProjectsViewSet,
    InviteViewSet,
    MemberViewSet,
    OrganizationViewSet,
    ProjectAccessControlViewSet,
    ProjectSecretAPIKeyViewSet,
    ProjectViewSet,
    ResourceAccessControlViewSet,
    RoleMembershipViewSet,
    RoleViewSet,
    SignupViewSet,
)

root = OptionalSlashRouter()
root.register("organizations", OrganizationViewSet, basename="organization")
root.register("projects", AllProjectsViewSet, basename="all_projects")
root.register("environments", AllProjectsViewSet, basename="all_environments")

signup = SignupViewSet.as_view({"get": "retrieve", "post": "create"})
root_urls = [*root.urls, re_path(r"^signup/(?P<pk>[^/]+?)/?$", signup, name="signup")]

below_an_organization = OptionalSlashRouter()
below_an_organization.register("projects", ProjectViewSet, basename="project")
below_an_organization.register("members", MemberViewSet, basename="member")
below_an_organization.register("invites", InviteViewSet, basename="invite")

below_an_organization.register("roles", RoleViewSet, basename="role")

below_a_role = OptionalSlashRouter()
below_a_role.register("role_memberships", RoleMembershipViewSet, basename="role_membership")

organization_urls = [
    *below_an_organization.urls,
    path("roles/<str:role_id>/", include(below_a_role.urls)),
]

access_rules = SingletonRouter()
access_rules.register("access_controls", ProjectAccessControlViewSet, basename="access_controls")
access_rules.register(
    "resource_access_controls",
    ResourceAccessControlViewSet,
    basename="resource_access_controls",
)

below_a_project = OptionalSlashRouter()
below_a_project.register(
    "project_secret_api_keys", ProjectSecretAPIKeyViewSet, basename="project_secret_api_key"
)

project_urls = [*access_rules.urls, *below_a_project.urls]
