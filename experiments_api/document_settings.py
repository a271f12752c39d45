"""Settings of drf-spectacular, which makes the OpenAPI document."""

from experiments_api.introduction import INTRODUCTION

DOCUMENT = {
    "TITLE": "Experiments API",
    "VERSION": "1.0.0",
    "DESCRIPTION": INTRODUCTION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    # A box that finds tags; addresses of single operations.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "filter": True},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Forms are read too, but a client needs one type, and generators take the last of several.
    "PARSER_WHITELIST": ["core.http.parsers.StrictJSONParser"],
    # Keys are what clients of the document use; few things want the session of a browser.
    "AUTHENTICATION_WHITELIST": ["api.authentication.PersonalAPIKeyAuthentication"],
    "APPEND_COMPONENTS": {
        "securitySchemes": {"SessionAuth": {"type": "apiKey", "in": "cookie", "name": "sessionid"}}
    },
    "ENUM_NAME_OVERRIDES": {
        "FeatureFlagStatusEnum": "feature_flags.models.FlagStatus",
        "ExperimentStatusEnum": "experiments.status.STATUS_CHOICES",
        "ExperimentTypeEnum": "experiments.models.Experiment.Type",
        "ExperimentConclusionEnum": "experiments.models.Experiment.Conclusion",
        "StatsMethodEnum": "tenants.models.StatsMethod",
    },
    "PREPROCESSING_HOOKS": ["experiments_api.document.without_aliases"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "experiments_api.document.without_empty_enums",
        "experiments_api.document.with_order",
        "experiments_api.document.with_errors",
        "experiments_api.document.with_true_nulls",
    ],
}
