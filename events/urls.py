"""Routes of capture, with and without a slash at the end, and of people below a project."""

from django.urls import re_path

from core.http.routing import OptionalSlashRouter
from events import views

router = OptionalSlashRouter()
router.register("groups_types", views.GroupTypeViewSet, basename="group_type")
router.register("persons", views.PersonViewSet, basename="person")
router.register("event_definitions", views.EventDefinitionViewSet, basename="event_definition")
router.register(
    "property_definitions", views.PropertyDefinitionViewSet, basename="property_definition"
)

urlpatterns = [
    re_path(r"^batch/?$", views.batch),
    re_path(r"^engage/?$", views.engage),
    *[re_path(rf"^{name}/?$", views.capture) for name in ("i/v0/e", "e", "capture", "track")],
]
project_urls = router.urls
