"""Routes of feature flags, below a project."""

from core.http.routing import OptionalSlashRouter, SingletonRouter
from feature_flags.views import FeatureFlagAccessControlViewSet, FeatureFlagViewSet

router = OptionalSlashRouter()
router.register("feature_flags", FeatureFlagViewSet, basename="feature_flag")

rules = SingletonRouter()
rules.register(
    r"feature_flags/(?P<pk>[^/.]+)/access_controls",
    FeatureFlagAccessControlViewSet,
    basename="featureflag_access_controls",
)

urlpatterns = [*router.urls, *rules.urls]
