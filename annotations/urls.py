"""Routes of annotations, below a project."""

from annotations.views import AnnotationViewSet
from core.http.routing import OptionalSlashRouter

router = OptionalSlashRouter()
router.register("annotations", AnnotationViewSet, basename="annotation")

urlpatterns = router.urls
