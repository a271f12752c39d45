"""Rate limits: a sliding log per bucket, both in one cache entry."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

from api.authentication import BODY, Key, find_value
from tenants.models import Project, ProjectSecretAPIKey
from users.models import PersonalAPIKey
from users.tokens import hashed

if TYPE_CHECKING:
    # The module of all views imports this one.
    from rest_framework.views import APIView

    class _ProjectView(APIView):
        project: Project


# What SDKs read of flags, counted one by one.
DEFINITIONS, REMOTE_CONFIG = "definitions", "remote_config"
_SECONDS_BETWEEN_ATTEMPTS = 10
_NO_ADDRESS = "::"
_HOST_BITS = 64
_logger = logging.getLogger(__name__)


class _Logs(dict[str, list[float]]):
    # What a bucket takes for its cache.

    def set(self, key: str, value: list[float], timeout: int) -> None:
        self[key] = value


class _Bucket(SimpleRateThrottle):
    duration: int

    def __init__(self, *, scope: str, rate: str, logs: _Logs) -> None:
        self.scope, self.rate = scope, rate
        self.cache = logs  # type: ignore[assignment]  # as much of a cache as is asked for
        super().__init__()

    def get_cache_key(self, request: object, view: object) -> str | None:
        # Whose bucket it is does not depend on the request any more.
        return self.scope


class RateLimit(BaseThrottle):
    # A cache that is away costs nothing but the limits: it is asked again after a while.
    asks_again_at: ClassVar[float] = 0

    def __init__(self) -> None:
        self.refusing: list[_Bucket] = []
        self._project_wait = 0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        if settings.RATE_LIMIT_ENABLED and not _is_exempt(view):
            caller = self._caller(request)
            if caller is not None:
                self._count_request(caller)
            if isinstance(request.auth, ProjectSecretAPIKey):
                self._project_wait = wait_of_secret_keys(request.auth.project_id)
        return self._is_allowed

    def allow_key(self, key: str, *, project_id: int, is_secret: bool = False) -> bool:
        """Do the same for a request of which the key, hashed, and the project are known.

        The secret API keys of a project have a limit together, too.
        """
        if settings.RATE_LIMIT_ENABLED and project_id not in settings.RATE_LIMIT_EXEMPT_PROJECTS:
            self._count_request(_key_caller(key))
            if is_secret:
                self._project_wait = wait_of_secret_keys(project_id)
        return self._is_allowed

    def wait(self) -> float | None:
        waits = [bucket.wait() for bucket in self.refusing]
        known = [wait for wait in (*waits, self._project_wait) if wait]
        return max(known, default=None)

    @property
    def _is_allowed(self) -> bool:
        return not self.refusing and not self._project_wait

    def _caller(self, request: Request) -> str | None:
        if not request.user.is_authenticated:
            return f"address {address_of(request)}"
        # Wire quirk: keys-in-bodies-are-not-limited, see docs/quirks.md. Neither are sessions.
        if isinstance(request.auth, Key) and find_value(request)[1] != BODY:
            return _key_caller(request.auth.secure_value)
        return None

    def _count_request(self, caller: str) -> None:
        if RateLimit.asks_again_at <= SimpleRateThrottle.timer():
            with _letting_pass_on_failure():
                self._count(f"rate_limit:{hashed(caller)}")

    def _count(self, key: str) -> None:
        logs = _Logs(cache.get(key, {}))
        buckets = [
            _Bucket(scope=scope, rate=rate, logs=logs)
            for scope, rate in settings.RATE_LIMITS.items()
        ]
        # Each is asked, for what one refuses still counts in the other.
        nobody: Any = None
        refusing = [each for each in buckets if not each.allow_request(nobody, nobody)]
        if len(refusing) < len(buckets):
            cache.set(key, dict(logs), timeout=max(bucket.duration for bucket in buckets))
        self.refusing = refusing


class RemoteConfigRateLimit(RateLimit):
    def allow_request(self, request: Request, view: "APIView") -> bool:
        if not isinstance(request.auth, PersonalAPIKey):
            return super().allow_request(request, view)
        project_id = cast("_ProjectView", view).project.pk
        self._project_wait = wait_of_reader(
            request.auth.secure_value, project_id=project_id, what=REMOTE_CONFIG
        )
        return self._is_allowed


def address_of(request: Request) -> str:
    """Return the address by which a caller without a key is counted: of IPv6 the whole network."""
    try:
        address = ip_address(BaseThrottle().get_ident(request))
    except ValueError:
        # A socket of the machine, or a proxy that sends something else: all count together.
        return _NO_ADDRESS
    if address.version == 4:
        return str(address)
    # Whoever has one IPv6 address has its whole network.
    return str(IPv6Address(int(address) >> _HOST_BITS << _HOST_BITS))


def wait_of_token(token: str, *, project_id: int) -> int:
    """Count a request with a project's token; return after how many seconds it may ask again, or 0.

    All users of a site share its token, so it has a limit of its own, counted by fixed windows.
    """
    if not settings.RATE_LIMIT_ENABLED or project_id in settings.RATE_LIMIT_EXEMPT_PROJECTS:
        return 0
    return _wait_in_window(f"token_limit:{hashed(token)}", rate=settings.RATE_LIMIT_TOKEN)


def wait_of_reader(key: str, *, project_id: int, what: str = DEFINITIONS) -> int:
    """Count a request for definitions of flags, or for a payload, with a key or a token, hashed.

    Return its wait, or 0. All processes of a program share a key and ask again and again, whatever
    people do.
    """
    if not settings.RATE_LIMIT_ENABLED or project_id in settings.RATE_LIMIT_EXEMPT_PROJECTS:
        return 0
    return _wait_in_window(f"{what}:{key}", rate=settings.RATE_LIMIT_DEFINITIONS)


def wait_of_secret_keys(project_id: int) -> int:
    """Count a request with a secret API key of a project; return its wait, or 0."""
    return _wait_in_window(f"secret_keys:{project_id}", rate=settings.RATE_LIMIT_SECRET_KEYS)


def _wait_in_window(name: str, *, rate: str) -> int:
    now = SimpleRateThrottle.timer()
    if RateLimit.asks_again_at > now:
        return 0
    nobody: Any = None
    parsed = SimpleRateThrottle.parse_rate(nobody, rate)
    allowed, seconds = cast("tuple[int, int]", parsed)
    window, passed = divmod(int(now), seconds)
    key, count = f"{name}:{window}", 0
    with _letting_pass_on_failure():
        count = 1 if cache.add(key, 1, timeout=seconds) else cache.incr(key)
    return seconds - passed if count > allowed else 0


def _key_caller(key: str) -> str:
    return f"key {key}"


@contextmanager
def _letting_pass_on_failure() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 (every cache has errors of its own)
        if not RateLimit.asks_again_at:
            # Only the first line: what follows may quote the statement with its values.
            reason = str(error).partition("\n")[0]
            _logger.error("Requests are not limited, for the cache is away: %s", reason)
        RateLimit.asks_again_at = SimpleRateThrottle.timer() + _SECONDS_BETWEEN_ATTEMPTS
    else:
        if RateLimit.asks_again_at:
            _logger.warning("Requests are limited again.")
        RateLimit.asks_again_at = 0


def _is_exempt(view: "APIView") -> bool:
    exempt = settings.RATE_LIMIT_EXEMPT_PROJECTS
    project = getattr(view, "project", None) if exempt else None
    return project is not None and project.pk in exempt
