"""Routes of policies and change requests, below a project."""

from approvals.views import ApprovalPolicyViewSet, ChangeRequestViewSet
from core.http.routing import OptionalSlashRouter

router = OptionalSlashRouter()
router.register("approval_policies", ApprovalPolicyViewSet, basename="approval_policy")
router.register("change_requests", ChangeRequestViewSet, basename="change_request")

urlpatterns = router.urls
