"""Where the code that asks for flags runs, told from its request."""

from collections.abc import Mapping

SERVER, CLIENT, ALL = "server", "client", "all"

_BROWSERS = ("Mozilla/", "Chrome/", "Safari/", "Firefox/", "Edge/")
_SERVERS = tuple(
    f"posthog-{name}/"
    for name in ("python", "ruby", "php", "java", "go", "node", "dotnet", "elixir")
)
_SERVER_TOOLS = ("python-requests/", "curl/")
_APPS = tuple(f"posthog-{name}/" for name in ("android", "ios", "react-native", "flutter"))
_BROWSER_HEADERS = ("Origin", "Referer", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-Dest")


# What is not known is served flags for every runtime only.
UNKNOWN = "unknown"


def runtime_of(stated: object, headers: Mapping[str, str]) -> str | None:
    """Return the runtime that a request states, or that its headers give away; None for all."""
    if stated == ALL:
        return None
    if stated in (SERVER, CLIENT):
        return str(stated)
    return _from_agent(headers.get("User-Agent", "")) or _from_headers(headers)


def _from_agent(agent: str) -> str | None:
    if any(name in agent for name in _BROWSERS):
        return CLIENT
    if agent.startswith(_SERVERS) or any(name in agent for name in _SERVER_TOOLS):
        return SERVER
    return CLIENT if agent.startswith(_APPS) else None


def _from_headers(headers: Mapping[str, str]) -> str:
    return CLIENT if any(name in headers for name in _BROWSER_HEADERS) else UNKNOWN
