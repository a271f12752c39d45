"""`sweep_events`: delete old events, and what deleted projects and persons have left."""

import time
from typing import Any

from django.conf import settings

from core.ops.commands import PacedCommand
from events.facts import facts_engine
from events.services import delete_events_before, forget_in_log, forget_projects_but
from tenants.models import Project

_DAY = 24 * 60 * 60 * 1_000_000


class Command(PacedCommand):
    help = (
        "Delete the events that happened more than EVENTS_RETENTION_DAYS ago, with their facts, "
        "what deleted projects have left, and the numbers of deleted persons in the log of merges, "
        "in small pieces. The scheduler does it every hour; old events are looked for once a day."
    )

    def work(self, **options: Any) -> tuple[int, str]:
        left = forget_projects_but(_existing)
        facts_engine().keep_only(_existing)
        forget_in_log(facts_engine().newest_merge_seen)
        old = 0
        if settings.EVENTS_RETENTION_DAYS:
            before = time.time_ns() // 1000 - settings.EVENTS_RETENTION_DAYS * _DAY
            old = delete_events_before(before=before, facts=facts_engine().delete_before)
        return old + left, f"{old} old events deleted, and {left} rows of deleted projects"


def _existing() -> set[int]:
    return set(Project.objects.values_list("pk", flat=True))
