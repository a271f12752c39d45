"""Cohorts in the admin site, to look at."""

from django.contrib import admin

from cohorts.models import Cohort, CohortCalculation, CohortMember
from core.admin import ReadOnlyAdmin


@admin.register(Cohort)
class CohortAdmin(ReadOnlyAdmin):
    list_display = ["id", "name", "project", "is_static", "deleted"]
    list_filter = ["is_static", "deleted"]
    search_fields = ["name"]


@admin.register(CohortMember)
class CohortMemberAdmin(ReadOnlyAdmin):
    list_display = ["id", "cohort_id", "person"]
    show_full_result_count = False


@admin.register(CohortCalculation)
class CohortCalculationAdmin(ReadOnlyAdmin):
    list_display = ["cohort", "source", "source_id", "started_at", "finished_at", "count"]
    list_filter = ["source"]
