"""Experiments in the admin site, to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from experiments.models import Experiment, ExperimentSavedMetric, ScheduledStep


@admin.register(Experiment)
class ExperimentAdmin(ReadOnlyAdmin):
    list_display = ["id", "name", "project", "status", "archived", "deleted"]
    list_filter = ["status", "archived", "deleted"]
    search_fields = ["name", "feature_flag__key"]


@admin.register(ExperimentSavedMetric)
class ExperimentSavedMetricAdmin(ReadOnlyAdmin):
    list_display = ["id", "experiment", "saved_metric", "created_at"]


@admin.register(ScheduledStep)
class ScheduledStepAdmin(ReadOnlyAdmin):
    list_display = ["id", "experiment", "step", "due_at", "scheduled_by", "done_at", "outcome"]
