"""One-time login codes: a signed statement of who may log in, valid until they next do."""

from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import salted_hmac

from users.models import User

LIFETIME = timedelta(minutes=15)
MAX_LENGTH = 200
_SALT = "accounts.login_codes"


def make_code(user: User) -> str:
    """Return a code for the user, without storing anything."""
    return _signer().sign(f"{user.pk}.{_state_of(user)}")


def user_id_of(code: str) -> int | None:
    """Return whose code this is; None when it is forged or older than `LIFETIME`."""
    statement = _statement(code)
    return int(statement.partition(".")[0]) if statement else None


def is_current(code: str, user: User) -> bool:
    """Tell whether the user has neither logged in nor changed since the code was made."""
    return _statement(code) == f"{user.pk}.{_state_of(user)}"


def _statement(code: str) -> str | None:
    try:
        return _signer().unsign(code, max_age=LIFETIME)
    except BadSignature:
        return None


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=_SALT)


def _state_of(user: User) -> str:
    # A login changes the first, a new password the second, a new address the third: each ends
    # every code that was made before, as with Django's links that reset a password.
    last_login = user.last_login.isoformat() if user.last_login else ""
    state = f"{last_login}\n{user.password}\n{user.email}"
    return salted_hmac(_SALT, state, algorithm="sha256").hexdigest()[:32]
