"""Policies in the admin site, organization-wide ones too; requests and votes to look at."""

from django.contrib import admin

from approvals.models import Approval, ApprovalPolicy, ChangeRequest
from core.admin import ReadOnlyAdmin


@admin.register(ApprovalPolicy)
class ApprovalPolicyAdmin(admin.ModelAdmin):
    list_display = ["action_key", "organization", "project", "enabled"]
    list_filter = ["enabled", "action_key"]


@admin.register(ChangeRequest)
class ChangeRequestAdmin(ReadOnlyAdmin):
    list_display = ["action_key", "subject", "project", "state", "created_by", "created_at"]
    list_filter = ["state", "action_key"]


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    list_display = ["change_request", "created_by", "decision", "created_at"]
