"""Routes that SDKs call, with and without a slash at the end."""

from django.urls import path, re_path

from core.http.routing import OptionalSlashRouter
from evaluation import views
from evaluation.viewsets import CohortCopyViewSet, FlagEvaluationViewSet, PersonCohortsViewSet
from feature_flags.views import FeatureFlagViewSet

router = OptionalSlashRouter()
router.register("feature_flags", FlagEvaluationViewSet, basename="flag_evaluation")
router.register("cohorts", CohortCopyViewSet, basename="cohort_copy")
router.register("persons", PersonCohortsViewSet, basename="person_cohorts")

_by_key = FeatureFlagViewSet.as_view(
    {"get": "remote_config"}, detail=True, **FeatureFlagViewSet.remote_config.kwargs
)

urlpatterns = [
    re_path(r"^flags/?$", views.flags),
    re_path(r"^flags/definitions/?$", views.definitions),
    re_path(r"^api/feature_flag/local_evaluation/?$", views.definitions),
    re_path(r"^decide/?$", views.decide),
    re_path(r"^array/(?P<token>[^/]+)/config/?$", views.config),
    path("array/<str:token>/config.js", views.config_script),
]
project_urls = [
    re_path(r"^feature_flags/local_evaluation/?$", views.definitions_in_project),
    re_path(
        r"^feature_flags/(?P<pk>[^/]+)/remote_config/?$",
        views.remote_payload(_by_key),
    ),
    *router.urls,
]
