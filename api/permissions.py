"""Who may: scopes of keys, recent logins of sessions, membership and access levels."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from api.auth_context import SecretKeyNotAllowed
from core.exceptions import NotFound, PermissionDenied
from core.http.query_text import is_id, spells_number
from tenants.access import Access
from tenants.levels import PROJECT, scale_of
from tenants.models import Membership, Organization, Project, ProjectSecretAPIKey
from tenants.selectors import CURRENT
from users.logins import is_recent
from users.models import PersonalAPIKey
from users.scopes import READ, WRITE, first_missing

_DEFAULT_ACTIONS = {
    READ: {"list", "retrieve", "metadata"},
    WRITE: {"create", "update", "partial_update", "destroy"},
}


class RecentLoginRequired(PermissionDenied):
    """Raised for what a session may only do shortly after its login."""

    default_code = "sensitive_action_required_reauth"
    default_detail = "This needs a login within the last two hours. Log in again and retry."


class ScopeMissing(PermissionDenied):
    """Raised for a key without a scope that the call needs; clients look for the words."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"API key missing required scope '{scope}'. Use a key that has it.")


class APIScopePermission(BasePermission):
    # Sessions pass: scopes restrict keys only.

    def has_permission(self, request: Request, view: Any) -> bool:
        key, required = request.auth, required_scopes(view, request.method or "")
        if isinstance(key, ProjectSecretAPIKey):
            check_secret_key(key, reference=view.kwargs["project_id"], required=required)
        if not isinstance(key, PersonalAPIKey):
            return True
        if not required:
            if names_nothing(view):
                raise NotFound
            raise PermissionDenied("This action cannot be used with a personal API key.")
        _check_restrictions(key, view)
        if missing := _missing(key, view, required):
            raise ScopeMissing(missing)
        return True


class RecentLoginPermission(BasePermission):
    # Keys pass: what they may do at all is asked elsewhere.

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in SAFE_METHODS or request.auth is not None:
            return True
        if not is_recent(request.session, now=timezone.now()):
            raise RecentLoginRequired
        return True


def required_scopes(view: Any, method: str) -> list[str]:
    """Return the scopes this call needs; none means that no key may make it."""
    declared = getattr(view, "required_scopes", None)
    if declared:
        return list(declared)
    if not getattr(view, "scope_object", ""):
        return []
    action = getattr(view, "action", None)
    if action in getattr(view, "session_actions", ()):
        return []
    if action is None and method == "PATCH":
        # Wire quirk: patch-on-collection, see docs/quirks.md.
        action = "partial_update"
    elif (action == "metadata" and method != "OPTIONS") or (
        action in getattr(view, "write_actions", ())
    ):
        # The answer to OPTIONS shows what may be written only to those who may.
        action = "update"
    for level, actions in _DEFAULT_ACTIONS.items():
        if action in actions:
            return [f"{view.scope_object}:{level}"]
    return []


def names_nothing(view: Any) -> bool:
    """Tell whether a URL asks for an action that is not there, by a word that can be no id."""
    reference = view.kwargs.get(view.lookup_url_kwarg or view.lookup_field)
    if reference is None or view.action is not None or reference.startswith("@"):
        return False
    return not spells_number(reference) and not _is_uuid(reference)


def is_reading(view: Any, method: str) -> bool:
    """Tell whether a call changes nothing, whatever its method."""
    if method in SAFE_METHODS:
        return True
    required = required_scopes(view, method)
    return bool(required) and all(scope.endswith(f":{READ}") for scope in required)


def _missing(key: PersonalAPIKey, view: Any, required: list[str]) -> str | None:
    granted = key.scopes or []
    missing = first_missing(granted=granted, required=required)
    for other in view.other_scope_objects if missing else ():
        own = f"{view.scope_object}:"
        instead = [scope.replace(own, f"{other}:") for scope in required]
        if not first_missing(granted=granted, required=instead):
            return None
    return missing


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _check_restrictions(key: PersonalAPIKey, view: Any) -> None:
    # A view stands in a project, in an organization without a project, or in neither. Who
    # somebody is does not depend on where.
    if view.scope_object == "user":
        return
    if project := getattr(view, "project", None):
        _check_project(key, project.pk)
        _check_organization(key, project.organization_id)
        return
    organization = getattr(view, "organization", None)
    if key.scoped_teams:
        raise PermissionDenied("API keys scoped to projects work only on project endpoints.")
    if organization:
        _check_organization(key, organization.pk)


def check_key_in_project(key: PersonalAPIKey, *, project: Project, scope: str) -> None:
    """Check that a key has a scope and may be used in a project.

    :raises PermissionDenied: when it lacks one of them.
    """
    _check_project(key, project.pk)
    _check_organization(key, project.organization_id)
    if missing := first_missing(granted=key.scopes or [], required=[scope]):
        raise ScopeMissing(missing)


def check_secret_key(
    key: ProjectSecretAPIKey, *, reference: str, required: Collection[str]
) -> None:
    """Check that a secret API key is of the project that a URL names, and has these scopes.

    :raises SecretKeyNotAllowed: when it is of another project.
    :raises ScopeMissing: when it lacks a scope.
    """
    is_own = reference == CURRENT or (is_id(reference) and int(reference) == key.project_id)
    if not is_own:
        raise SecretKeyNotAllowed("A secret API key works in its own project only.")
    if missing := first_missing(granted=key.scopes, required=required):
        raise ScopeMissing(missing)


def _check_project(key: PersonalAPIKey, project_id: int) -> None:
    if key.scoped_teams and project_id not in key.scoped_teams:
        raise PermissionDenied(
            f"The API key has no access to the requested project: ID {project_id}."
        )


def _check_organization(key: PersonalAPIKey, organization_id: UUID) -> None:
    if key.scoped_organizations and str(organization_id) not in key.scoped_organizations:
        raise PermissionDenied(
            f"The API key has no access to the requested organization: ID {organization_id}."
        )


class ProjectMembershipPermission(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        check_inside(view.access)
        check_key(request.auth, membership=view.membership, organization=view.project.organization)
        return True


class AccessLevelPermission(BasePermission):
    # Stands behind the membership permission, which has refused everyone who is not inside.

    def has_permission(self, request: Request, view: Any) -> bool:
        is_settled_by_objects = (
            (view.detail and not view.is_copying)
            or (view.is_list and view.has_object_rules)
            or view.checks_each_object
        )
        if view.access_resource != PROJECT and not is_settled_by_objects:
            check_level(view.access, view.access_resource, wanted=_wanted(request, view))
        return True

    def has_object_permission(self, request: Request, view: Any, obj: Model) -> bool:
        if view.access_resource != PROJECT:
            check_level(view.access, view.access_resource, obj, wanted=_wanted(request, view))
        return True


def check_level(access: Access, resource: str, row: Model | None = None, *, wanted: str) -> None:
    """Check the level for an object, or without one for all things of a kind.

    :raises PermissionDenied: when it is below the wanted one.
    """
    if not access.reaches(wanted, resource, row):
        raise PermissionDenied(f"You do not have {wanted} access to this resource.")


def _wanted(request: Request, view: Any) -> str:
    scale = scale_of(view.access_resource)
    return scale.reading if is_reading(view, request.method or "") else scale.writing


class OrganizationMembershipPermission(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        if view.membership is None:
            raise PermissionDenied("You do not belong to this organization.")
        check_key(request.auth, membership=view.membership, organization=view.organization)
        return True


class AdminWritePermission(BasePermission):
    # Stands behind a membership permission, which has refused everyone without one.

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method not in SAFE_METHODS and not view.membership.is_admin:
            raise PermissionDenied("Only admins of the organization may change this.")
        return True


def check_inside(access: Access) -> None:
    """Check that a member may enter the project at all.

    :raises PermissionDenied: when it is closed to them, or they do not belong there.
    """
    if not access.is_inside:
        raise PermissionDenied("You have no access to this project.")


def check_key(key: object, *, membership: Membership, organization: Organization) -> None:
    """Check that the organization lets this member use keys at all; admins always may.

    :raises PermissionDenied: when it does not.
    """
    if not isinstance(key, PersonalAPIKey) or membership.is_admin:
        return
    if not organization.members_can_use_personal_api_keys:
        raise PermissionDenied(
            f"Organization '{organization.name}' does not allow personal API keys. Ask an admin."
        )
