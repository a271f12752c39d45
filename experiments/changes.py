"""What a client may ask to be in an experiment."""

from datetime import datetime
from typing import Any, TypedDict

from experiments.flag_settings import FlagSettings
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout

Document = dict[str, Any]


class ExperimentChanges(TypedDict, total=False):
    """The fields of an experiment: an absent key leaves its field alone, None empties it."""

    name: str
    description: str | None
    start_date: datetime | None
    end_date: datetime | None
    feature_flag_key: str
    holdout: Holdout | None
    parameters: Document | None
    secondary_metrics: object
    saved_metrics_ids: list[Document] | None
    filters: Document
    archived: bool
    deleted: bool
    type: str | None
    exposure_criteria: Document | None
    metrics: list[Document] | None
    metrics_secondary: list[Document] | None
    stats_config: Document | None
    scheduling_config: Document | None
    folder: str | None
    conclusion: str | None
    conclusion_comment: str | None
    primary_metrics_ordered_uuids: list[str] | None
    secondary_metrics_ordered_uuids: list[str] | None
    exposure_preaggregation_enabled: bool
    tags: list[str]
    # What is no column of its own.
    feature_flag: FlagSettings
    update_feature_flag_params: bool
    copied_flag: FeatureFlag
    excluded_variants: list[str] | None
    running_time_calculation: Document | None
    only_count_matured_users: bool


NOT_COLUMNS = frozenset(
    {
        "feature_flag_key",
        "saved_metrics_ids",
        "feature_flag",
        "update_feature_flag_params",
        "copied_flag",
        "excluded_variants",
        "running_time_calculation",
        "only_count_matured_users",
    }
)
