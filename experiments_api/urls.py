"""Every route of the server."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import (
    SpectacularAPIView,
    SpectacularRedocView,
    SpectacularSwaggerView,
)

from activity import urls as activity
from core.exposition import exposition
from core.health import health
from core.responses import endpoint_not_found
from organizations import urls as organizations

project_resources = [
    path("", include("experiments.urls")),
    path("", include("feature_flags.urls")),
    path("", include("holdouts.urls")),
    path("", include("saved_metrics.urls")),
    path("", include("approvals.urls")),
    path("", include("activity.urls")),
    path("", include(organizations.below_a_project.urls)),
    path("", include("access_control.urls")),
]
organization_resources = [
    path("", include("roles.urls")),
    path("", include(activity.below_an_organization.urls)),
    path("", include(organizations.below_an_organization.urls)),
]

urlpatterns = [
    # First what is asked for most: Django tries one after the other.
    path("api/projects/<str:project_id>/", include(project_resources)),
    path("api/environments/<str:project_id>/", include((project_resources, "environments"))),
    path("api/organizations/<str:organization_id>/", include(organization_resources)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/schema/swagger-ui/", SpectacularSwaggerView.as_view(), name="swagger-ui"),
    path(
        "api/schema/redoc/",
        SpectacularRedocView.as_view(template_name="core/redoc.html"),
        name="redoc",
    ),
    path("", include("accounts.urls")),
    path("api/", include("profiles.urls")),
    path("api/", include(organizations.root.urls)),
    path("admin/", admin.site.urls),
    re_path(r"^_health/?$", health),
    re_path(r"^_metrics/?$", exposition),
    re_path(r"^api(?:/.*)?$", endpoint_not_found),
]

handler400 = "core.responses.bad_request"
handler403 = "core.responses.permission_denied"
handler404 = "core.responses.endpoint_not_found"
handler500 = "core.responses.server_error"
