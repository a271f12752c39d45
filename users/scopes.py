"""What an API key may be allowed: `<object>:<read|write>`, or `*` for everything."""

from collections.abc import Collection

EVERYTHING = "*"
READ, WRITE = "read", "write"

_NAMES = """
    access_control account action activity_log ai_observability_clusters alert annotation
    approvals batch_export batch_import batch_import_support billing business_knowledge canvas
    cohort comment conversation customer_analytics customer_journey customer_profile_config
    customer_task dashboard dashboard_template data_catalog data_catalog_approval dataset
    desktop_recording early_access_feature element endpoint engineering_analytics error_tracking
    evaluation event_definition event_filter experiment experiment_holdout
    experiment_saved_metric export external_data_schema external_data_source feature_flag
    field_note file_system file_system_shortcut group health_issue heatmap hog_flow hog_function
    ingestion_warning insight insight_variable integration legal_document link live_debugger
    llm_analytics llm_gateway llm_playground llm_prompt llm_provider_key llm_skill logs loop
    marketing_analytics mcp_analytics metrics notebook organization organization_integration
    organization_member persisted_folder person plugin product_enablement product_tour project
    property_definition query query_performance replay_scanner revenue_analytics review_hog
    session_recording session_recording_playlist sharing_configuration signal_scout stamphog
    streamlit_app subscription survey tagger task ticket toolbar tracing uploaded_media
    usage_metric user user_interview user_interview_DO_NOT_USE vision_action vision_alert
    visual_review warehouse_objects warehouse_table warehouse_view web_analytics webhook
    wizard_session
"""
OBJECTS = frozenset(_NAMES.split())
# What a secret API key of a project may be allowed: what opens something to it here.
# Wire quirk: project-key-scopes, see docs/quirks.md.
PROJECT_SCOPES = ("experiment:read", "feature_flag:read")


def is_known(scope: str) -> bool:
    """Tell whether a key may carry this scope."""
    if scope == EVERYTHING:
        return True
    name, _, action = scope.partition(":")
    return name in OBJECTS and action in (READ, WRITE)


def first_unknown(scopes: Collection[str]) -> str | None:
    """Return the first of the scopes that no key may carry."""
    return next((scope for scope in scopes if not is_known(scope)), None)


def first_missing(*, granted: Collection[str], required: Collection[str]) -> str | None:
    """Return the first required scope that is not granted; writing implies reading."""
    if EVERYTHING in granted:
        return None
    for scope in required:
        name, _, action = scope.partition(":")
        if scope not in granted and not (action == READ and f"{name}:{WRITE}" in granted):
            return scope
    return None
