"""Every route of the server."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import (
    SpectacularRedocView,
    SpectacularSwaggerView,
)

from activity import urls as activity
from core.http.document_view import DocumentView
from core.http.metrics_page import exposition
from core.http.responses import endpoint_not_found
from core.ops.health import health
from evaluation import urls as evaluation
from events import urls as events
from organizations import urls as organizations

project_resources = [
    path("", include("experiments.urls")),
    # Before what would take these words for the ids of flags.
    *evaluation.project_urls,
    path("", include("feature_flags.urls")),
    path("", include("scheduled_changes.urls")),
    path("", include("holdouts.urls")),
    path("", include("cohorts.urls")),
    path("", include("saved_metrics.urls")),
    path("", include("actions.urls")),
    path("", include("annotations.urls")),
    path("", include("tags.urls")),
    path("", include("approvals.urls")),
    path("", include("activity.urls")),
    path("", include("results.urls")),
    *organizations.project_urls,
    *events.project_urls,
]
organization_resources = [
    path("", include(activity.below_an_organization.urls)),
    path("", include("organization_flags.urls")),
    *organizations.organization_urls,
]

urlpatterns = [
    # First what is asked for most: Django tries one after the other.
    path("", include("evaluation.urls")),
    path("api/projects/<str:project_id>/", include(project_resources)),
    path("api/environments/<str:project_id>/", include((project_resources, "environments"))),
    path("api/organizations/<str:organization_id>/", include(organization_resources)),
    path("api/schema/", DocumentView.as_view(), name="schema"),
    path("api/schema/swagger-ui/", SpectacularSwaggerView.as_view(), name="swagger-ui"),
    path(
        "api/schema/redoc/",
        SpectacularRedocView.as_view(template_name="core/redoc.html"),
        name="redoc",
    ),
    path("", include("events.urls")),
    path("", include("accounts.urls")),
    path("api/", include(organizations.root_urls)),
    path("", include("console.urls")),
    path("admin/", admin.site.urls),
    re_path(r"^_health/?$", health),
    re_path(r"^_metrics/?$", exposition),
    re_path(r"^api(?:/.*)?$", endpoint_not_found),
]

handler400 = "core.http.responses.bad_request"
handler403 = "core.http.responses.permission_denied"
handler404 = "core.http.responses.endpoint_not_found"
handler500 = "core.http.responses.server_error"
