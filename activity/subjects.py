"""What the history is about: the kinds of things that change, and what the wire calls them."""

from dataclasses import dataclass

from tenants import levels

# The wire never reports these, whatever they belong to.
_NEVER_REPORTED = frozenset(
    {
        "id",
        "uuid",
        "short_id",
        "created_at",
        "created_by",
        "last_modified_at",
        "last_modified_by",
        "updated_at",
        "updated_by",
        "team",
        "team_id",
    }
)


@dataclass(frozen=True)
class Subject:
    """A kind of thing.

    `name` is its own name, which stands in each change. `scope` and `type` are where clients look
    for it; several kinds share a scope. `title` is the column that people know one of it by.
    `resource` is what access rules call it, if there are any about it. `item` is the column with
    the id of what the entries are about, mostly its own. `governed_by` is the name of the kind
    that this id is of, when it is another one: whoever made that thing sees the entries.
    """

    name: str
    scope: str
    type: str | None = None
    title: str = "name"
    unreported: frozenset[str] = frozenset()
    resource: str = ""
    item: str = "pk"
    governed_by: str = ""

    @property
    def maker_of(self) -> str:
        """Return the name of the kind whose makers see the entries, whatever rules deny them."""
        return self.governed_by or self.name

    def reports(self, field: str) -> bool:
        """Tell whether a change of this field is part of the history."""
        return field not in _NEVER_REPORTED and field not in self.unreported


EXPERIMENT = Subject(
    name="Experiment",
    scope="Experiment",
    resource=levels.EXPERIMENT,
    # Wire quirk: relations-have-no-history, see docs/quirks.md.
    unreported=frozenset(
        {
            "feature_flag",
            "exposure_cohort",
            "holdout",
            "saved_metrics",
            "experimenttosavedmetric_set",
        }
    ),
)
# Wire quirk: history-shares-a-scope, see docs/quirks.md.
HOLDOUT = Subject(
    name="ExperimentHoldout", scope="Experiment", type="holdout", resource=levels.HOLDOUT
)
SAVED_METRIC = Subject(
    name="ExperimentSavedMetric",
    scope="Experiment",
    type="shared_metric",
    resource=levels.SAVED_METRIC,
    unreported=frozenset({"experiments", "experimenttosavedmetric_set"}),
)
FLAG = Subject(
    name="FeatureFlag",
    scope="FeatureFlag",
    resource=levels.FEATURE_FLAG,
    title="key",
    unreported=frozenset(
        {
            "is_simple_flag",
            *("exposure_frozen", "rolled_out", "control_first", "variant_count"),
            "experiment",
            "featureflagoverride",
            "usage_dashboard",
            "analytics_dashboards",
        }
    ),
)
ACTION = Subject(name="Action", scope="Action", resource=levels.ACTION, title="title")
ANNOTATION = Subject(name="Annotation", scope="Annotation", title="title")
# Told where the flag is: who may know of the flag may know of what waits for it.
SCHEDULED_CHANGE = Subject(
    name="ScheduledChange",
    scope="FeatureFlag",
    type="scheduled_change",
    resource=levels.FEATURE_FLAG,
    title="title",
    item="flag_id",
    governed_by=FLAG.name,
    unreported=frozenset({"first_at", "attempts"}),
)
COHORT = Subject(
    name="Cohort",
    scope="Cohort",
    unreported=frozenset({"version", "is_calculating", "last_calculation"}),
)
# Those that access rules are about: the history leaves out what a person is denied of these.
RULED = (EXPERIMENT, HOLDOUT, SAVED_METRIC, FLAG, ACTION, SCHEDULED_CHANGE)
PROJECT = Subject(
    name="Project",
    scope="Project",
    unreported=frozenset({"api_token", "secret_token_hash", "secret_token_backup_hash"}),
)
PROJECT_SECRET_KEY = Subject(
    name="ProjectSecretAPIKey",
    scope="ProjectSecretAPIKey",
    title="label",
    unreported=frozenset({"secure_value", "last_used_at"}),
)
ORGANIZATION = Subject(name="Organization", scope="Organization")
MEMBERSHIP = Subject(
    name="OrganizationMembership", scope="OrganizationMembership", title="member_email"
)
INVITE = Subject(name="OrganizationInvite", scope="OrganizationInvite", title="target_email")
