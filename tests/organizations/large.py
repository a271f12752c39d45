"""A project that is too large to be deleted in one request."""

import io

from django.core.management import call_command
from django.utils import timezone

from activity.models import ActivityLog
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from organizations.services.deletion import PORTION

# Two portions and something are left after the request.
ENTRIES = 3 * PORTION + 10


def fill(project):
    """Give a project a long history, and a flag and an experiment that are deleted."""
    ActivityLog.objects.bulk_create(
        ActivityLog(
            project=project,
            activity="updated",
            subject="FeatureFlag",
            scope="FeatureFlag",
            item_id="1",
            detail={"name": "A flag", "type": None, "changes": []},
            created_at=timezone.now(),
        )
        for _ in range(ENTRIES)
    )
    Experiment.objects.filter(project=project).update(deleted=True)
    FeatureFlag.objects.filter(project=project).update(deleted=True)


def finish():
    out = io.StringIO()
    call_command("finish_deletions", stdout=out)
    return out.getvalue().strip()


def left(project):
    return ActivityLog.objects.filter(project=project.pk).count()
