"""Is this process alive, is it ready for traffic, is its database migrated?"""

from collections.abc import Callable

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse

from core.db.migrated import migrated_apps

# The names of the checks are the wire's, whichever database answers.
_ROLES = {
    "web": {"postgres", "cache"},
    "query": {"postgres", "cache", "clickhouse"},
    "decide": {"postgres", "cache"},
    "worker": {"postgres"},
    "events": {"clickhouse"},
    "report": set[str](),
}


def readiness(request: HttpRequest) -> HttpResponse:
    """Answer 200 when every considered check passes, else 503; 400 for an unknown role."""
    role = request.GET.get("role")
    if role is not None and role not in _ROLES:
        return JsonResponse({"error": "InvalidRole"}, status=400)
    wanted = _CHECKS.keys() if role is None else _CHECKS.keys() & _ROLES[role]
    found = {name: check() for name, check in _CHECKS.items() if name in wanted}
    results = {name: passed for name, passed in found.items() if passed is not None}
    excluded = set(request.GET.getlist("exclude"))
    ready = all(passed for name, passed in results.items() if name not in excluded)
    return JsonResponse(results, status=200 if ready else 503)


def add_check(name: str, check: "Check") -> None:
    """Let an app check what it needs; its check answers None where that is not configured."""
    _CHECKS[name] = check


def health(request: HttpRequest) -> HttpResponse:
    """Answer `ok`, or 503 while migrations are missing."""
    if _is_migrated():
        return HttpResponse("ok", content_type="text/plain")
    return HttpResponse(
        "The database is away or not migrated.", status=503, content_type="text/plain"
    )


def database_answers() -> bool:
    """Tell whether the database can be asked."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _is_migrated() -> bool:
    try:
        executor = MigrationExecutor(connection)
        newest = executor.loader.graph.leaf_nodes()
        others = (alias for alias in connections if alias != DEFAULT_DB_ALIAS)
        return not executor.migration_plan(newest) and all(_has(alias, newest) for alias in others)
    except Error:
        return False


def _has(alias: str, newest: list[tuple[str, str]]) -> bool:
    # On SQLite events have databases of their own, where only their migrations are recorded.
    labels = migrated_apps(alias)
    wanted = {node for node in newest if node[0] in labels}
    return wanted <= MigrationRecorder(connections[alias]).applied_migrations().keys()


def _cache_answers() -> bool:
    try:
        cache.set("readiness", True, timeout=5)
        return cache.get("readiness") is True
    except Exception:  # noqa: BLE001 (every cache has errors of its own)
        return False


Check = Callable[[], bool | None]
_CHECKS: dict[str, Check] = {
    "postgres": database_answers,
    "postgres_migrations_uptodate": _is_migrated,
    "cache": _cache_answers,
}
