"""Routes of roles, below an organization."""

from django.urls import include, path

from core.routing import OptionalSlashRouter
from roles.views import RoleMembershipViewSet, RoleViewSet

router = OptionalSlashRouter()
router.register("roles", RoleViewSet, basename="role")

members = OptionalSlashRouter()
members.register("role_memberships", RoleMembershipViewSet, basename="role_membership")

urlpatterns = [*router.urls, path("roles/<str:role_id>/", include(members.urls))]
