"""Where accounts are."""

from users.models import PersonalAPIKey

LOGIN = "/api/login"
LOGOUT = "/api/logout"
KEYS = "/api/personal_api_keys/"


def one(key: PersonalAPIKey) -> str:
    return f"{KEYS}{key.pk}/"
