"""What a key may do with keys: look at itself."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.exceptions import PermissionDenied
from users.models import PersonalAPIKey


class SelfAccessPermission(BasePermission):
    # Sessions pass. A key needs no scope to read itself, and none lets it do more.

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.auth is not None and view.action != "retrieve":
            raise PermissionDenied("This action cannot be used with a personal API key.")
        return True

    def has_object_permission(self, request: Request, view: Any, obj: PersonalAPIKey) -> bool:
        if request.auth is not None and request.auth != obj:
            raise PermissionDenied("A personal API key can read itself, but no other key.")
        return True
