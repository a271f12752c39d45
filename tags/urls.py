"""Routes of tags, below a project."""

from core.http.routing import SingletonRouter
from tags.views import TagViewSet

router = SingletonRouter()
router.register("tags", TagViewSet, basename="tag")

urlpatterns = router.urls
