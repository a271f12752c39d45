"""Feature flags."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from core.db.cache_versions import invalidates_cache
from core.db.derived import DerivedBoolean, DerivedCount
from core.models import Model, TimestampedModel
from feature_flags.filters import count_variants, is_control_first, is_rolled_out
from feature_flags.freeze import is_frozen
from feature_flags.redaction import redacted

FRESH_FOR = timedelta(days=30)


def _no_filters() -> dict[str, object]:
    return {"groups": []}


class EvaluationRuntime(models.TextChoices):
    SERVER = "server"
    CLIENT = "client"
    ALL = "all"


class BucketingIdentifier(models.TextChoices):
    DISTINCT_ID = "distinct_id"
    DEVICE_ID = "device_id"


class CreationContext(models.TextChoices):
    FEATURE_FLAGS = "feature_flags"
    EXPERIMENTS = "experiments"
    SURVEYS = "surveys"
    EARLY_ACCESS_FEATURES = "early_access_features"
    WEB_EXPERIMENTS = "web_experiments"
    PRODUCT_TOURS = "product_tours"


class FlagStatus(models.TextChoices):
    ACTIVE = "ACTIVE"
    STALE = "STALE"
    ARCHIVED = "ARCHIVED"
    DELETED = "DELETED"

    @property
    def reason(self) -> str:
        """Return in a sentence why a flag has this status."""
        return _REASONS[self.value]


_REASONS = {
    "ACTIVE": "The flag tells people apart, is new, or is switched off.",
    "STALE": "The flag has served everyone the same for more than 30 days.",
    "ARCHIVED": "The flag is archived, so it is off.",
    "DELETED": "The flag is deleted.",
}


@invalidates_cache(project="project")
class FeatureFlag(TimestampedModel):
    """A switch that serves variants to shares of people; deleting one keeps its row."""

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=450)
    name = models.TextField(blank=True)
    filters = models.JSONField(default=_no_filters)
    active = models.BooleanField(default=True)
    archived = models.BooleanField(default=False, db_default=False)
    deleted = models.BooleanField(default=False)
    version = models.IntegerField(null=True, default=1)
    ensure_experience_continuity = models.BooleanField(null=True, default=False)
    has_encrypted_payloads = models.BooleanField(null=True, default=False)
    evaluation_runtime = models.CharField(
        max_length=10, choices=EvaluationRuntime.choices, null=True, default=EvaluationRuntime.ALL
    )
    bucketing_identifier = models.CharField(
        max_length=50,
        choices=BucketingIdentifier.choices,
        null=True,
        default=BucketingIdentifier.DISTINCT_ID,
    )
    evaluation_contexts = models.JSONField(default=list, blank=True)
    tags = models.JSONField(default=list, blank=True)
    is_remote_configuration = models.BooleanField(null=True, default=False)
    rollback_conditions = models.JSONField(null=True, blank=True)
    performed_rollback = models.BooleanField(null=True)
    # What the filters say, for lists: nobody reads the documents of a thousand flags to find ten.
    exposure_frozen = DerivedBoolean(of="filters", rule=is_frozen, default=False, db_default=False)
    rolled_out = DerivedBoolean(of="filters", rule=is_rolled_out, default=False, db_default=False)
    control_first = DerivedBoolean(
        of="filters", rule=is_control_first, default=False, db_default=False
    )
    variant_count = DerivedCount(of="filters", rule=count_variants, default=0, db_default=0)
    folder = models.TextField(null=True, blank=True)
    creation_context = models.CharField(max_length=32, default="feature_flags")
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    last_modified_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    # What the wire tells of a flag and this server has nothing like: it is in no survey, on no
    # dashboard, and nobody calls it.
    surveys = features = analytics_dashboards = ()
    usage_dashboard = last_called_at = None
    has_enriched_analytics = is_used_in_replay_settings = False
    can_edit = True

    class Meta:
        indexes = [
            # In the order of lists, with what they are narrowed by: none reads the rows that it
            # does not show.
            models.Index(
                fields=[
                    *("project", "-created_at", "-id", "deleted", "archived", "active"),
                    *("exposure_frozen", "rolled_out", "control_first", "variant_count"),
                    *("created_by", "key"),
                ],
                name="flags_in_lists",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "key"],
                condition=Q(deleted=False),
                name="live_flag_key_is_unique_in_project",
            ),
            models.CheckConstraint(
                condition=Q(archived=False) | Q(active=False), name="archived_flag_is_off"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.pk})"

    @property
    def shown_filters(self) -> dict[str, object]:
        """Return the filters without encrypted payloads."""
        return redacted(self.filters) if self.has_encrypted_payloads else self.filters

    @property
    def told_columns(self) -> dict[str, object]:
        """Return what the history tells of columns that hold secrets."""
        return {"filters": self.shown_filters}

    def status_at(self, now: datetime) -> FlagStatus:
        """Return what has become of the flag: stale is one that no longer tells people apart."""
        if self.deleted:
            return FlagStatus.DELETED
        if self.archived:
            return FlagStatus.ARCHIVED
        is_old = self.created_at < now - FRESH_FOR
        if self.active and is_old and is_rolled_out(self.filters):
            return FlagStatus.STALE
        return FlagStatus.ACTIVE


class FlagCohort(Model):
    """That a flag asks for the members of a cohort; kept beside the filters that say so."""

    flag = models.ForeignKey(FeatureFlag, on_delete=models.CASCADE, related_name="cohort_uses")
    cohort = models.ForeignKey("cohorts.Cohort", on_delete=models.CASCADE, related_name="flag_uses")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["flag", "cohort"], name="flag_asks_once_for_a_cohort")
        ]

    def __str__(self) -> str:
        return f"{self.flag_id} asks for {self.cohort_id}"


class FlagDependency(Model):
    """That a flag asks for the value of another one; kept beside the filters that say so."""

    flag = models.ForeignKey(FeatureFlag, on_delete=models.CASCADE, related_name="dependencies")
    needed = models.ForeignKey(FeatureFlag, on_delete=models.CASCADE, related_name="dependents")

    class Meta:
        verbose_name_plural = "flag dependencies"
        constraints = [
            models.UniqueConstraint(
                fields=["flag", "needed"], name="flag_depends_once_on_each_flag"
            ),
            models.CheckConstraint(
                condition=~Q(flag=models.F("needed")), name="flag_does_not_depend_on_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.flag_id} needs {self.needed_id}"
