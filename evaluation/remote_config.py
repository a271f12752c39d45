"""What posthog-js reads before anything else: which parts of the product a project uses."""

from typing import Any

_CONFIG = {
    "supportedCompression": ["gzip", "gzip-js"],
    # False would keep posthog-js from asking for flags at all.
    "hasFeatureFlags": True,
    "captureDeadClicks": False,
    "capturePerformance": False,
    "autocapture_opt_out": False,
    "autocaptureExceptions": False,
    "analytics": {"endpoint": "/i/v0/e/"},
    "elementsChainAsString": True,
    "errorTracking": {"autocaptureExceptions": False, "suppressionRules": []},
    "logs": {"captureConsoleLogs": False},
    "sessionRecording": False,
    "heatmaps": False,
    "conversations": False,
    "surveys": False,
    "productTours": False,
    "defaultIdentifiedOnly": True,
    "siteApps": [],
}
# What answers to requests for flags carry of it.
_IN_ANSWERS = {
    **_CONFIG,
    "config": {"enable_collect_everything": True},
    "toolbarParams": {},
    "isAuthenticated": False,
}


def remote_config(*, token: str) -> dict[str, Any]:
    """Return the configuration of a project for browsers."""
    return {"token": token, **_CONFIG}


def config_in_answers() -> dict[str, Any]:
    """Return the configuration as a part of an answer to `/flags` or `/decide`."""
    return dict(_IN_ANSWERS)
