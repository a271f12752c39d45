"""Experiments and their links to saved metrics."""

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from core.db.cache_versions import invalidates_cache
from core.models import TimestampedModel
from experiments.metrics import metric_fingerprint
from experiments.status import EXPOSURE_FROZEN, STATUS_CHOICES, Status, status_of
from feature_flags.filters import CONTROL


def _no_metrics() -> list[object]:
    return []


def _no_filters() -> dict[str, object]:
    return {}


@invalidates_cache(project="project")
class Experiment(TimestampedModel):
    """A question asked of the people a feature flag splits; deleting one keeps its row."""

    class Type(models.TextChoices):
        WEB = "web"
        PRODUCT = "product"

    class Conclusion(models.TextChoices):
        WON = "won"
        LOST = "lost"
        INCONCLUSIVE = "inconclusive"
        STOPPED_EARLY = "stopped_early"
        INVALID = "invalid"

    project = models.ForeignKey("tenants.Project", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=400)
    description = models.CharField(max_length=3000, null=True, blank=True, default="")
    type = models.CharField(max_length=40, choices=Type.choices, null=True, default=Type.PRODUCT)
    start_date = models.DateTimeField(null=True)
    end_date = models.DateTimeField(null=True)
    status = models.CharField(max_length=20, choices=STATUS_CHOICES, default=Status.DRAFT)
    archived = models.BooleanField(default=False)
    deleted = models.BooleanField(default=False)
    conclusion = models.CharField(max_length=30, choices=Conclusion.choices, null=True)
    conclusion_comment = models.TextField(null=True)
    folder = models.TextField(null=True)
    tags = models.JSONField(default=list, blank=True)

    feature_flag = models.ForeignKey(
        "feature_flags.FeatureFlag", on_delete=models.RESTRICT, related_name="experiments"
    )
    holdout = models.ForeignKey(
        "holdouts.Holdout", on_delete=models.SET_NULL, null=True, related_name="experiments"
    )
    exposure_cohort = models.ForeignKey(
        "cohorts.Cohort",
        on_delete=models.SET_NULL,
        null=True,
        db_column="exposure_cohort",
        related_name="experiments",
    )
    created_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    parameters = models.JSONField(null=True)
    filters = models.JSONField(default=_no_filters)
    metrics = models.JSONField(null=True, default=_no_metrics)
    metrics_secondary = models.JSONField(null=True, default=_no_metrics)
    secondary_metrics = models.JSONField(null=True, default=_no_metrics)
    primary_metrics_ordered_uuids = models.JSONField(null=True)
    secondary_metrics_ordered_uuids = models.JSONField(null=True)
    exposure_criteria = models.JSONField(null=True)
    stats_config = models.JSONField(null=True)
    scheduling_config = models.JSONField(null=True)
    exposure_preaggregation_enabled = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # In the order of lists, with what they are narrowed by: none reads the rows that it
            # does not show.
            models.Index(
                fields=[
                    *("project", "-created_at", "-id", "deleted", "archived", "status"),
                    *("start_date", "end_date", "feature_flag", "holdout", "created_by", "name"),
                ],
                name="experiments_in_lists",
            ),
            # Few have one: of the index of the column statistics say that each value has many rows.
            models.Index(
                fields=["exposure_cohort"],
                condition=Q(exposure_cohort__isnull=False),
                name="experiments_with_cohorts",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in Status]),
                name="experiment_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(start_date__isnull=True, status=Status.DRAFT)
                | Q(start_date__isnull=False, end_date__isnull=True, status=Status.RUNNING)
                | Q(start_date__isnull=False, end_date__isnull=False, status=Status.STOPPED),
                name="experiment_status_follows_its_dates",
            ),
        ]

    # What the history tells of the flag, while a step may change nothing but the flag.
    told_columns: dict[str, object]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    @property
    def is_draft(self) -> bool:
        return self.start_date is None

    @property
    def feature_flag_key(self) -> str:
        return self.feature_flag.key

    @property
    def shown_status(self) -> str:
        """Return the status as clients see it, who tell frozen experiments apart."""
        flag = self.feature_flag
        is_frozen = self.status == Status.RUNNING and flag.active and flag.exposure_frozen
        return EXPOSURE_FROZEN if is_frozen else self.status

    @property
    def stats_method(self) -> str:
        config = self.stats_config if isinstance(self.stats_config, dict) else {}
        return config.get("method") or "bayesian"

    def fingerprint_of(self, metric: dict[str, object]) -> str:
        """Return the hash of a metric and of what else its stored results depend on."""
        return metric_fingerprint(
            metric=metric,
            start_date=self.start_date,
            stats_method=self.stats_method,
            exposure_criteria=self.exposure_criteria,
        )

    @property
    def baseline_key(self) -> object:
        """Return the key of the variant that the others are compared with."""
        config = self.stats_config if isinstance(self.stats_config, dict) else {}
        named = config.get("baseline_variant_key")
        return CONTROL if named is None else named

    @cached_property
    def shown_links(self) -> list["ExperimentSavedMetric"]:
        """Return the links as they were when the experiment was read."""
        return list(self.saved_metric_links.all())

    def show_links(self, links: list["ExperimentSavedMetric"]) -> None:
        """Show these links, which are the experiment's; each knows it, so that nobody reads it."""
        for link in links:
            link.experiment = self
        self.shown_links = links

    @property
    def shown_metrics(self) -> list[object]:
        """Return its metrics, those that are linked as well."""
        linked = [link.saved_metric.query for link in self.shown_links]
        return [*(self.metrics or ()), *(self.metrics_secondary or ()), *linked]

    def refresh_status(self) -> None:
        """Derive the status from the dates."""
        self.status = status_of(start_date=self.start_date, end_date=self.end_date)


@invalidates_cache(through="experiment")
class ExperimentSavedMetric(TimestampedModel):
    """The use of a saved metric by an experiment."""

    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="saved_metric_links"
    )
    saved_metric = models.ForeignKey(
        "saved_metrics.SavedMetric", on_delete=models.CASCADE, related_name="+"
    )
    metadata = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "saved_metric"], name="saved_metric_is_linked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.saved_metric_id} in {self.experiment_id}"


class ScheduledStep(TimestampedModel):
    """A step of an experiment's life that someone asked to be taken at a later time."""

    class Step(models.TextChoices):
        LAUNCH = "launch"
        END = "end"

    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="scheduled_steps"
    )
    step = models.CharField(max_length=20, choices=Step.choices)
    due_at = models.DateTimeField()
    scheduled_by = models.ForeignKey(
        "users.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(done_at__isnull=True), name="steps_to_take"
            ),
            models.Index(
                fields=["done_at"], condition=Q(done_at__isnull=False), name="steps_taken"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "step", "due_at"], name="step_is_scheduled_once_for_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.experiment_id} at {self.due_at}"
