"""Policies in the admin site, organization-wide ones too; requests and votes to look at."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from approvals.models import (
    Approval,
    ApprovalPolicy,
    ChangeRequest,
    WebhookDelivery,
    WebhookEndpoint,
)
from approvals.registry import action_keys
from approvals.services import check_webhook_url
from approvals.validation import (
    check_action_key,
    check_approver_config,
    check_lifetime,
    membership_levels,
)
from core.admin import ReadOnlyAdmin
from core.documents import unstorable_part
from core.exceptions import RuleBroken, first_message

T = TypeVar("T")


class ApprovalPolicyForm(forms.ModelForm):
    # The rules of the API, for those who can also write policies of a whole organization.

    class Meta:
        model = ApprovalPolicy
        fields = [
            "organization",
            "project",
            "action_key",
            "conditions",
            "approver_config",
            "allow_self_approve",
            "bypass_org_membership_levels",
            "bypass_roles",
            "expires_after",
            "enabled",
        ]

    def clean_action_key(self) -> object:
        known = [*action_keys(), *filter(None, [self.instance.action_key])]
        return self._checked(
            lambda key: check_action_key(key, known=known), self.cleaned_data["action_key"]
        )

    def clean_conditions(self) -> object:
        return self._object("conditions")

    def clean_approver_config(self) -> object:
        return self._checked(check_approver_config, self._object("approver_config"))

    def clean_bypass_org_membership_levels(self) -> object:
        levels = self.cleaned_data["bypass_org_membership_levels"] or []
        if not isinstance(levels, list):
            raise ValidationError("This must be a list.")
        return self._checked(membership_levels, levels)

    def clean_expires_after(self) -> object:
        return self._checked(check_lifetime, self.cleaned_data["expires_after"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        organization, project = values.get("organization"), values.get("project")
        if organization and project and project.organization_id != organization.pk:
            self.add_error("project", "This project belongs to another organization.")
        roles = values.get("bypass_roles") or ()
        if organization and any(role.organization_id != organization.pk for role in roles):
            self.add_error("bypass_roles", "These roles belong to another organization.")
        return values

    def _object(self, name: str) -> dict[str, object]:
        value = self.cleaned_data[name] or {}
        if not isinstance(value, dict):
            raise ValidationError("This must be an object.")
        if problem := unstorable_part(value):
            raise ValidationError(f"This {problem}.")
        return value

    def _checked(self, check: Callable[[T], object], value: T) -> object:
        try:
            return check(value)
        except RuleBroken as error:
            raise ValidationError(first_message(error)) from None


@admin.register(ApprovalPolicy)
class ApprovalPolicyAdmin(admin.ModelAdmin):
    form = ApprovalPolicyForm
    list_display = ["action_key", "organization", "project", "enabled"]
    list_filter = ["enabled", "action_key"]


@admin.register(ChangeRequest)
class ChangeRequestAdmin(ReadOnlyAdmin):
    list_display = ["action_key", "subject", "project", "state", "created_by", "created_at"]
    list_filter = ["state", "action_key"]


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    list_display = ["change_request", "created_by", "decision", "created_at"]


class WebhookEndpointForm(forms.ModelForm):
    class Meta:
        model = WebhookEndpoint
        fields = ["url"]

    def clean_url(self) -> str:
        try:
            return check_webhook_url(self.cleaned_data["url"])
        except RuleBroken as error:
            raise ValidationError(first_message(error)) from None


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(admin.ModelAdmin):
    list_display = ["project", "url", "updated_at"]
    form = WebhookEndpointForm
    readonly_fields = ["project"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        # `set_webhook` does, because it can show the secret once.
        return False

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        # Its deliveries go with it, though nobody may delete one of them.
        deleted, counts, _, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set(), protected


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    list_display = ["event", "endpoint", "state", "attempts", "next_attempt_at", "last_error"]
    list_filter = ["state", "event"]
