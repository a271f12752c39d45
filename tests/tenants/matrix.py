"""Where each route stands, and who may write there: a route without an entry fails the build."""

from dataclasses import dataclass
from enum import Enum

WRITES = frozenset({"post", "put", "patch", "delete"})


class Place(Enum):
    """What a caller must belong to."""

    OPEN = "nothing"
    ONESELF = "nothing but oneself"
    OWN_KEYS = "oneself, by session"
    LISTS = "what is listed"
    PROJECT = "the project in the path"
    THE_PROJECT = "the project that is asked for"
    ORGANIZATION = "the organization in the path"
    THE_ORGANIZATION = "the organization that is asked for"
    PROJECT_OF_ORGANIZATION = "the organization in the path, and the project that is asked for"


@dataclass(frozen=True)
class Entry:
    """A route: its place, the methods for admins, and those that no key may use."""

    place: Place
    admins: frozenset[str] = frozenset()
    sessions: frozenset[str] = frozenset()


_PROJECT, _ORGANIZATION = Entry(Place.PROJECT), Entry(Place.ORGANIZATION)
_BY_ADMINS = Entry(Place.PROJECT, admins=WRITES)
_RUN_BY_ADMINS = Entry(Place.ORGANIZATION, admins=WRITES)

_TAGGED = ("actions", "experiment_saved_metrics", "experiments", "feature_flags")

MATRIX = {
    "/api/login/": Entry(Place.OPEN),
    "/api/login/code/": Entry(Place.OPEN),
    "/api/logout/": Entry(Place.OPEN),
    "/api/signup/{id}/": Entry(Place.OPEN),
    "/api/users/": Entry(Place.ONESELF),
    "/api/users/{uuid}/": Entry(Place.ONESELF, sessions=frozenset({"delete"})),
    "/api/users/{uuid}/hedgehog_config/": Entry(Place.ONESELF),
    "/api/personal_api_keys/": Entry(Place.OWN_KEYS, sessions=WRITES | {"get"}),
    "/api/personal_api_keys/{id}/": Entry(Place.OWN_KEYS, sessions=WRITES),
    "/api/personal_api_keys/{id}/roll/": Entry(Place.OWN_KEYS, sessions=WRITES),
    "/api/organizations/": Entry(Place.LISTS),
    "/api/projects/": Entry(Place.LISTS),
    "/api/projects/{id}/": Entry(Place.THE_PROJECT, admins=WRITES),
    **{
        f"/api/projects/{{id}}/{action}/": Entry(Place.THE_PROJECT, admins=WRITES)
        for action in ("reset_token", "rotate_secret_token", "delete_secret_token_backup")
    },
    "/api/organizations/{id}/": Entry(Place.THE_ORGANIZATION, admins=WRITES),
    "/api/organizations/{organization_id}/projects/": _RUN_BY_ADMINS,
    "/api/organizations/{organization_id}/projects/{id}/": Entry(
        Place.PROJECT_OF_ORGANIZATION, admins=WRITES
    ),
    **{
        f"/api/organizations/{{organization_id}}/{path}": entry
        for path, entry in {
            "activity_log/": _ORGANIZATION,
            "feature_flags/{key}/": Entry(Place.ORGANIZATION, sessions=frozenset({"get"})),
            "feature_flags/keys/": Entry(Place.ORGANIZATION, sessions=frozenset({"get"})),
            "feature_flags/copy_flags/": _ORGANIZATION,
            "feature_flags/copy_flags/dependency_requirements/": _ORGANIZATION,
            "invites/": _ORGANIZATION,
            "invites/{id}/": _ORGANIZATION,
            "members/": _ORGANIZATION,
            "members/{user__uuid}/": _RUN_BY_ADMINS,
            "roles/": _RUN_BY_ADMINS,
            "roles/{id}/": _RUN_BY_ADMINS,
            "roles/{role_id}/role_memberships/": _RUN_BY_ADMINS,
            "roles/{role_id}/role_memberships/{id}/": _RUN_BY_ADMINS,
        }.items()
    },
    # Whoever was invited is no member yet.
    "/api/organizations/{organization_id}/invites/{id}/accept/": Entry(Place.ONESELF),
    **{
        f"/api/projects/{{project_id}}/{path}": entry
        for path, entry in {
            "access_controls/": _BY_ADMINS,
            "resource_access_controls/": _BY_ADMINS,
            "project_secret_api_keys/": _BY_ADMINS,
            "project_secret_api_keys/{id}/": _BY_ADMINS,
            "project_secret_api_keys/{id}/roll/": _BY_ADMINS,
            "activity_log/": _PROJECT,
            "approval_policies/": _BY_ADMINS,
            "approval_policies/{id}/": _BY_ADMINS,
            "change_requests/": _PROJECT,
            "change_requests/{id}/": _PROJECT,
            **{
                f"change_requests/{{id}}/{vote}/": _PROJECT
                for vote in ("approve", "cancel", "reject")
            },
            **{
                f"{resource}/{path}": _PROJECT
                for resource in (
                    "actions",
                    "annotations",
                    "cohorts",
                    "experiment_holdouts",
                    "experiment_saved_metrics",
                    "experiments",
                    "feature_flags",
                )
                for path in ("", "{id}/", "activity/", "{id}/activity/")
            },
            **{f"{resource}/{{id}}/access_controls/": _BY_ADMINS for resource in _TAGGED},
            "scheduled_changes/": _PROJECT,
            "scheduled_changes/{id}/": _PROJECT,
            **{
                f"experiments/{{id}}/{step}/": _PROJECT
                for step in (
                    *("archive", "copy_to_project", "duplicate", "end", "launch", "pause"),
                    *("migrate", "reset", "resume", "ship_variant", "unarchive"),
                    *("create_exposure_cohort_for_experiment", "freeze_exposure"),
                    "unfreeze_exposure",
                )
            },
            "cohorts/{id}/persons/": _PROJECT,
            "cohorts/{id}/calculation_history/": _PROJECT,
            "cohorts/{id}/duplicate_as_static_cohort/": _PROJECT,
            "feature_flags/{id}/create_static_cohort_for_flag/": _PROJECT,
            "cohorts/{id}/add_persons_to_static_cohort/": _PROJECT,
            "cohorts/{id}/remove_person_from_static_cohort/": _PROJECT,
            "experiments/calculate_running_time/": _PROJECT,
            "experiments/eligible_feature_flags/": _PROJECT,
            "experiments/requires_flag_implementation/": _PROJECT,
            "experiments/matching_ids/": _PROJECT,
            "experiments/stats/": _PROJECT,
            **{f"{resource}/bulk_update_tags/": _PROJECT for resource in _TAGGED},
            "tags/": _PROJECT,
            "actions/{id}/references/": _PROJECT,
            **{
                f"feature_flags/{path}/": _PROJECT
                for path in ("evaluation_reasons", "my_flags", "user_blast_radius")
            },
            "feature_flags/{id}/test_evaluation/": _PROJECT,
            **{
                f"feature_flags/{{id}}/{step}/": _PROJECT
                for step in (
                    *("archive", "disable", "enable", "unarchive"),
                    *("roll_out_to_everyone", "set_release_condition_rollout"),
                )
            },
            "feature_flags/{id}/remote_config/": _PROJECT,
            "feature_flags/{id}/dependent_flags/": _PROJECT,
            "feature_flags/{id}/status/": _PROJECT,
            "feature_flags/{id}/versions/{version}/": _PROJECT,
            "feature_flags/bulk_delete/": _PROJECT,
            "feature_flags/bulk_keys/": _PROJECT,
            "feature_flags/matching_ids/": _PROJECT,
            "groups_types/": _PROJECT,
            "event_definitions/": _PROJECT,
            "event_definitions/{id}/": _PROJECT,
            "event_definitions/by_name/": _PROJECT,
            "property_definitions/": _PROJECT,
            "property_definitions/{id}/": _PROJECT,
            "property_definitions/seen_together/": _PROJECT,
            "persons/": _PROJECT,
            "persons/cohorts/": _PROJECT,
            "experiments/{id}/results/": _PROJECT,
            "experiments/{id}/timeseries_results/": _PROJECT,
            "experiments/{id}/recalculate_timeseries/": _PROJECT,
            "experiments/{id}/metrics_recalculation/": _PROJECT,
            "experiments/{id}/metrics_recalculation/latest/": _PROJECT,
            "experiments/{id}/metrics_recalculation/{run_id}/": _PROJECT,
            "query/": _PROJECT,
            "query/{id}/": _PROJECT,
            "persons/{id}/": _PROJECT,
        }.items()
    },
}
