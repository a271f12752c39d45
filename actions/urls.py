"""Routes of actions, below a project."""

from actions.views import ActionAccessControlViewSet, ActionViewSet
from core.http.routing import OptionalSlashRouter, SingletonRouter

router = OptionalSlashRouter()
router.register("actions", ActionViewSet, basename="action")

rules = SingletonRouter()
rules.register(
    r"actions/(?P<pk>[^/.]+)/access_controls",
    ActionAccessControlViewSet,
    basename="action_access_controls",
)

urlpatterns = [*router.urls, *rules.urls]
