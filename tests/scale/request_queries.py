"""What a request asks of the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

# The tables that grow with a project, or with all of them.
GROWING = (
    "actions_action",
    "activity_activitylog",
    "annotations_annotation",
    "approvals_changerequest",
    "cohorts_cohort",
    "experiments_experiment",
    "feature_flags_featureflag",
    "holdouts_holdout",
    "saved_metrics_savedmetric",
    "scheduled_changes_scheduledchange",
    "tenants_accesscontrol",
    "tenants_membership",
    "tenants_project",
)


class Asked:
    """A request that was answered, with its statements."""

    def __init__(self, client, url, method, options):
        with CaptureQueriesContext(connection) as queries:
            self.response = getattr(client, method)(url, **options)
        assert self.response.status_code < 300, self.response.content
        self.statements = [query["sql"] for query in queries]
