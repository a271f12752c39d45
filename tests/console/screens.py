"""The screens that people look at: for accessibility, and for pictures."""

SCREENS = {
    "experiments": "experiments",
    "experiment": "experiments/{experiment}",
    "exposures": "experiments/{experiment}/exposures",
    "metrics": "experiments/{experiment}/metrics",
    "history": "experiments/{experiment}/history",
    "experiment-settings": "experiments/{experiment}/settings",
    "new-experiment": "experiments/new",
    "flags": "feature_flags",
    "flag": "feature_flags/{flag}",
    "test-a-person": "feature_flags/{flag}/test",
    "flag-schedule": "feature_flags/{flag}/schedule",
    "new-flag": "feature_flags/new",
    "holdouts": "holdouts",
    "saved-metrics": "saved_metrics",
    "change-requests": "change_requests",
    "activity": "activity",
    "settings": "settings",
    "tokens": "settings/keys",
    "policies": "settings/policies",
    "access": "settings/access",
}
ELSEWHERE = {
    "me": "/me",
    "welcome": "/welcome",
    "members": "/organization/members",
    "roles": "/organization/roles",
}


def paths(project: str, experiment: int, flag: int) -> dict[str, str]:
    """Return where each screen is, for a project's path of the API."""
    base = project.replace("/api/projects/", "/project/")
    known = {
        name: base + path.format(experiment=experiment, flag=flag) for name, path in SCREENS.items()
    }
    return known | ELSEWHERE
