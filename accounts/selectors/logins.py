"""Looking up keys, and what a client asks before its first login."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.login_codes import make_code, user_id_of
from core import preconditions
from core.db.transactions import require_transaction
from core.exceptions import NotFound
from core.ops.health import database_answers
from tenants.models import Organization
from users.models import PersonalAPIKey, User
from users.tokens import hashed

_NO_CLIENTS = {"hubspot": {"client_id": ""}, "salesforce": {"client_id": ""}}


def list_keys(*, user: User) -> QuerySet[PersonalAPIKey]:
    """Return the user's keys, the newest first."""
    return PersonalAPIKey.objects.filter(user=user).order_by("-created_at", "-id")


def lock_key(*, user: User, key_id: str) -> PersonalAPIKey:
    """Lock a key of the user and return it as it is now.

    :raises ETagMismatch: when the client changes it and expects another state.
    :raises NotFound: when the user has no such key (any more).
    """
    require_transaction()
    key = list_keys(user=user).select_for_update().filter(pk=key_id).first()
    if key is None:
        raise NotFound
    preconditions.check(key)
    return key


def lock_user_of_code(*, code: str) -> User | None:
    """Lock the active user whom a login code was made for; None when it is forged or too old."""
    require_transaction()
    user_id = user_id_of(code)
    if user_id is None:
        return None
    return User.objects.select_for_update().filter(pk=user_id, is_active=True).first()


def make_login_code(*, email: str) -> str:
    """Return a code with which the active user of this address can log in once.

    :raises NotFound: when there is no such user.
    """
    user = User.objects.find_by_email(email, is_active=True)
    if user is None:
        raise NotFound("No active user has this e-mail address.")
    return make_code(user)


def list_all_keys(*, email: str | None) -> QuerySet[PersonalAPIKey]:
    """Return everybody's keys, or one user's, by owner and then the newest first."""
    keys = PersonalAPIKey.objects.select_related("user")
    if email is not None:
        keys = keys.filter(user=User.objects.find_by_email(email))
    return keys.order_by("user__email", "-created_at", "-id")


def get_any_key(*, reference: str) -> PersonalAPIKey:
    """Return the key with this id or this value, whoever's it is.

    :raises NotFound: when there is none.
    """
    named = Q(pk=reference) | Q(secure_value=hashed(reference))
    key = PersonalAPIKey.objects.select_related("user").filter(named).first()
    if key is None:
        raise NotFound("There is no such key. Name it by its id, or by its value.")
    return key


def describe_server() -> dict[str, object]:
    """Return what this server has of all that the hosted service has, as anybody may know."""
    has_database = database_answers()
    # Wire quirk: preflight-says-what-is-here, see docs/quirks.md.
    facts: dict[str, object] = {
        "django": True,
        "redis": False,
        "plugins": False,
        "celery": False,
        "clickhouse": False,
        "kafka": False,
        "db": has_database,
        "initiated": has_database and Organization.objects.exists(),
        "cloud": False,
        "demo": False,
        "realm": "hosted-clickhouse",
        "region": None,
        "available_social_auth_providers": {
            "github": False,
            "gitlab": False,
            "google-oauth2": False,
        },
        "can_create_org": False,
        "email_service_available": bool(settings.EMAIL_HOST),
        "slack_service": {"available": False, "client_id": None},
        "data_warehouse_integrations": _NO_CLIENTS,
        "object_storage": False,
        "public_egress_ip_addresses": [],
    }
    return facts | ({"is_debug": True} if settings.DEBUG else {})


def describe_server_to_users(*, site_url: str, now: datetime) -> dict[str, object]:
    """Return what people with a session learn as well."""
    return {
        "available_timezones": _hours_from_utc(now.replace(minute=0, second=0, microsecond=0)),
        "opt_out_capture": True,
        "licensed_users_available": None,
        "openai_available": False,
        "site_url": site_url,
        "instance_preferences": {},
        "buffer_conversion_seconds": None,
    }


@lru_cache(maxsize=1)
def _hours_from_utc(moment: datetime) -> dict[str, float]:
    # Read from a file for each zone, so no oftener than once an hour.
    offsets = {name: moment.astimezone(ZoneInfo(name)).utcoffset() for name in _zones()}
    none = timedelta()
    return {name: (offset or none).total_seconds() / 3600 for name, offset in offsets.items()}


def _zones() -> list[str]:
    return sorted(available_timezones())
