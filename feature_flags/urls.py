"""Routes of feature flags, below a project."""

from core.routing import OptionalSlashRouter
from feature_flags.views import FeatureFlagViewSet

router = OptionalSlashRouter()
router.register("feature_flags", FeatureFlagViewSet, basename="feature_flag")

urlpatterns = router.urls
