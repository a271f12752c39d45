"""The tables that ClickHouse has for us, each made once; pure.

- `events`: one row an event. Rows of the same key are one event, whenever they were stored.
- `person_ids`: which person an actor belongs to. The truth is in the relational database; this copy
  follows its log of merges, whose newest id that it contains is `version` of the row of nobody.
- `persons`: what is known of persons, copied for filters about them. `version` is when it changed,
  in the row of nobody up to when all changes are copied.
"""

_PROPERTIES = """
    names Array(LowCardinality(String)),
    kinds Array(UInt8),
    texts Array(String) CODEC(ZSTD(1)),
    numbers Array(Float64) CODEC(ZSTD(1)),
    instants Array(Int64) CODEC(ZSTD(1)),"""

# The projection tells by one row a part whether a project's events are still the same.
_EVENTS = f"""
CREATE TABLE IF NOT EXISTS events (
    project_id Int64,
    event LowCardinality(String),
    actor Int64,
    key UUID,
    id Int64 CODEC(Delta, ZSTD(1)),
    ts Int64 CODEC(Delta, ZSTD(1)),
    distinct_id String CODEC(ZSTD(1)),{_PROPERTIES}
    PROJECTION changes (
        SELECT project_id, count(), sum(cityHash64(key)) GROUP BY project_id
    )
) ENGINE = ReplacingMergeTree
ORDER BY (project_id, event, actor, key)
SETTINGS deduplicate_merge_projection_mode = 'rebuild',
    lightweight_mutation_projection_mode = 'rebuild'
"""

_PERSON_IDS = """
CREATE TABLE IF NOT EXISTS person_ids (
    project_id Int64,
    actor Int64,
    person Int64,
    version Int64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (project_id, actor)
"""

_PERSONS = f"""
CREATE TABLE IF NOT EXISTS persons (
    project_id Int64,
    person Int64,{_PROPERTIES}
    version Int64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (project_id, person)
"""

TABLES = (_EVENTS, _PERSON_IDS, _PERSONS)
