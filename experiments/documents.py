"""What the API's document tells of the objects in an experiment; the validation decides."""

_OPEN: dict[str, object] = {"type": "object", "additionalProperties": {}}
_NUMBER: dict[str, object] = {"type": ["number", "null"]}
_TIME: dict[str, object] = {"type": ["string", "null"], "format": "date-time"}

SCHEMAS: dict[str, object] = {
    "ExperimentParameters": {
        **_OPEN,
        "description": "What the experiment asks of its flag, and what clients keep with it. "
        "Replaced whole by an update. Other members are kept as they are sent.",
        "properties": {
            "feature_flag_variants": {
                "type": ["array", "null"],
                "items": {"$ref": "#/components/schemas/ExperimentVariant"},
                "description": "The variants of the flag: 2 to 20, one with the key `control`, "
                "100 percent together. Without any, a new flag has `control` and `test`, 50 each.",
            },
            "rollout_percentage": {
                **_NUMBER,
                "description": "The share of users who take part, 0 to 100; 100 by default.",
            },
            "aggregation_group_type_index": {
                "type": ["integer", "null"],
                "description": "The type of group, 0 to 4, whose members all get one variant. "
                "null: everybody gets their own.",
            },
            "ensure_experience_continuity": {
                "type": ["boolean", "null"],
                "description": "true: who was seen before a login keeps the variant after it.",
            },
            "feature_flag_payloads": {
                **_OPEN,
                "type": ["object", "null"],
                "description": "What SDKs get with a variant, by the variant's key.",
            },
            "minimum_detectable_effect": {
                "description": "A number in percent, kept as it is sent for the running-time "
                "calculator, as are the next.",
            },
            "recommended_running_time": {"description": "In days."},
            "recommended_sample_size": {"description": "In users, over all variants."},
        },
        "example": {
            "feature_flag_variants": [
                {"key": "control", "rollout_percentage": 50},
                {"key": "test", "rollout_percentage": 50},
            ],
            "rollout_percentage": 100,
        },
    },
    "ExperimentVariant": {
        **_OPEN,
        "description": "One variant of the flag and its share of those who take part.",
        "properties": {
            "key": {"type": "string", "description": "What SDKs get as the flag's value."},
            "name": {"type": ["string", "null"]},
            "rollout_percentage": {
                **_NUMBER,
                "description": "0 to 100; all variants together have 100.",
            },
        },
        "required": ["key"],
    },
    "ExperimentScheduling": {
        **_OPEN,
        "description": "When the server takes a step by itself, as the person who wrote this. "
        "Each time is acted on once. Other members are kept as they are sent.",
        "properties": {
            "launch_at": {**_TIME, "description": "When to launch the draft."},
            "end_at": {**_TIME, "description": "When to end it; after `launch_at`."},
        },
        "example": {"launch_at": "2030-01-01T09:00:00Z", "end_at": "2030-01-15T09:00:00Z"},
    },
    "ExposureCriteria": {
        **_OPEN,
        "description": "Who counts as exposed to the experiment. Other members are kept.",
        "properties": {
            "filterTestAccounts": {
                "type": ["boolean", "null"],
                "description": "true: the project's own people do not count.",
            },
            "exposure_config": {
                **_OPEN,
                "description": "An event (`ExperimentEventExposureConfig` with `event` and "
                "`properties`) or an action (`ActionsNode` with its `id`) that is the exposure, "
                "in place of asking for the flag.",
            },
            "multiple_variant_handling": {
                "type": ["string", "null"],
                "description": "`exclude` or `first_seen`: what becomes of people who saw several.",
            },
        },
        "example": {"filterTestAccounts": True},
    },
    "StatsConfig": {
        **_OPEN,
        "description": "How results are calculated. Other members are kept as they are sent.",
        "properties": {
            "method": {
                "type": ["string", "null"],
                "description": "`bayesian` (the default) or `frequentist`.",
            }
        },
        "example": {"method": "bayesian"},
    },
}
