"""Routes of flags, below an organization."""

from core.http.routing import OptionalSlashRouter
from organization_flags.views import OrganizationFlagViewSet

router = OptionalSlashRouter()
router.register("feature_flags", OrganizationFlagViewSet, basename="organization_flag")

urlpatterns = router.urls
