"""The hand-written statements of the bare program: one for each thing that it does."""

# The order of these is the order in which `bench.floor.document` unpacks a row.
_PERSON = (
    "{0}.id, {{{0}_uuid}}, {0}.distinct_id, {0}.first_name, {0}.last_name, {0}.email,"
    " {0}.is_email_verified, {{{0}_config}}, {0}.role_at_organization"
)
_COLUMNS = f"""
    e.id, e.name, e.description, e.start_date, e.end_date, e.exposure_cohort, e.archived, e.deleted,
    e.created_at, e.updated_at, e.type, e.folder, e.conclusion, e.conclusion_comment,
    e.exposure_preaggregation_enabled, e.status, {{parameters}}, {{secondary_metrics}},
    {{filters}}, {{exposure_criteria}}, {{metrics}}, {{metrics_secondary}}, {{stats_config}},
    {{scheduling_config}}, {{primary_metrics_ordered_uuids}}, {{secondary_metrics_ordered_uuids}},
    f.id, f.project_id, f.name, f.key, {{flag_filters}}, f.deleted, f.active,
    f.ensure_experience_continuity, f.has_encrypted_payloads, f.version, f.evaluation_runtime,
    f.bucketing_identifier, {{evaluation_contexts}},
    {_PERSON.format("u")},
    h.id, h.name, h.description, {{holdout_filters}}, h.created_at, h.updated_at,
    {_PERSON.format("hu")},
    {{links}}"""
_JOINS = """
    FROM {source} JOIN experiments_experiment e USING (id)
    JOIN feature_flags_featureflag f ON f.id = e.feature_flag_id
    LEFT JOIN users_user u ON u.id = e.created_by_id
    LEFT JOIN holdouts_holdout h ON h.id = e.holdout_id
    LEFT JOIN users_user hu ON hu.id = h.created_by_id"""
# The page comes from the index alone; what it shows is looked up for its rows only.
_PAGE = """(SELECT id FROM experiments_experiment
    WHERE project_id = {p} AND NOT deleted AND NOT archived
    ORDER BY created_at DESC, id DESC LIMIT {p} OFFSET {p}) AS page"""
_ONE = """(SELECT id FROM experiments_experiment
    WHERE project_id = {p} AND id = {p} AND NOT deleted) AS page"""
_COUNT = """(SELECT count(*) FROM experiments_experiment
    WHERE project_id = {p} AND NOT deleted AND NOT archived)"""

_LINK = """'{{"id":' || l.id || ',"experiment":' || l.experiment_id || ',"saved_metric":'
    || l.saved_metric_id || ',"metadata":' || {metadata} || ',"created_at":"' || {created_at}
    || '","query":' || {query} || ',"fingerprint":"'
    || b.fingerprint || '"}},"name":' || {name} || '}}'"""
_LINKED = """FROM experiments_experimentsavedmetric l
    JOIN saved_metrics_savedmetric m ON m.id = l.saved_metric_id
    JOIN bench_fingerprints b ON b.link_id = l.id WHERE l.experiment_id = e.id"""
_REFERRED = "FROM experiments_experimentsavedmetric l WHERE l.experiment_id = e.id"
_REFERENCE = """'{{"id":' || l.saved_metric_id || ',"metadata":' || {metadata} || '}}'"""

_DOCUMENTS = {
    name: f"e.{name}"
    for name in (
        "parameters",
        "secondary_metrics",
        "filters",
        "exposure_criteria",
        "metrics",
        "metrics_secondary",
        "stats_config",
        "scheduling_config",
        "primary_metrics_ordered_uuids",
        "secondary_metrics_ordered_uuids",
    )
} | {
    "flag_filters": "f.filters",
    "evaluation_contexts": "f.evaluation_contexts",
    "holdout_filters": "h.filters",
    "u_config": "u.hedgehog_config",
    "hu_config": "hu.hedgehog_config",
    "u_uuid": "u.uuid",
    "hu_uuid": "hu.uuid",
}


def _postgresql_columns() -> str:
    place = {
        "metadata": "l.metadata::text",
        "query": "left(m.query::text, -1)",
        "name": "to_json(m.name)::text",
        "created_at": "to_char(l.created_at AT TIME ZONE 'UTC',"
        """ 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    }
    link, reference = _LINK.format(**place), _REFERENCE.format(**place)
    links = (
        f"(SELECT string_agg({link}, ',' ORDER BY l.id) || chr(31)"
        f" || string_agg({reference}, ',' ORDER BY l.id) {_LINKED})"
    )
    return _COLUMNS.format(
        **{name: f"{column}::text" for name, column in _DOCUMENTS.items()}, links=links
    )


def _sqlite_columns() -> str:
    place = {
        "metadata": "l.metadata",
        "query": "substr(m.query, 1, length(m.query) - 1)",
        "name": "json_quote(m.name)",
        "created_at": "replace(l.created_at, ' ', 'T') || 'Z'",
    }
    links = ", ".join(
        f"(SELECT group_concat(part) FROM (SELECT {text.format(**place)} AS part"  # noqa: S608
        f" {source} ORDER BY l.id))"
        for text, source in ((_LINK, _LINKED), (_REFERENCE, _REFERRED))
    )
    return _COLUMNS.format(**_DOCUMENTS, links=links)


def statements(*, is_postgresql: bool) -> dict[str, str]:
    """Return the statements by name, with the placeholders of the driver."""
    columns = _postgresql_columns() if is_postgresql else _sqlite_columns()
    made = {
        "list": f"SELECT {_COUNT}, {columns} {_JOINS.format(source=_PAGE)}"
        " ORDER BY e.created_at DESC, e.id DESC",
        "retrieve": f"SELECT 0, {columns} {_JOINS.format(source=_ONE)}",
        "patch": "UPDATE experiments_experiment SET description = {p}, updated_at = {p}"
        " WHERE project_id = {p} AND id = {p} RETURNING name",
        "flag": _insert(
            "feature_flags_featureflag",
            "project_id, key, name, filters, active, deleted, version,"
            " ensure_experience_continuity, has_encrypted_payloads, evaluation_runtime,"
            " bucketing_identifier, evaluation_contexts, tags, creation_context, created_by_id,"
            " last_modified_by_id, created_at, updated_at",
        )
        + " RETURNING id",
        "experiment": _insert(
            "experiments_experiment",
            "project_id, name, description, type, status, archived, deleted, feature_flag_id,"
            " created_by_id, parameters, filters, metrics, metrics_secondary, secondary_metrics,"
            " exposure_criteria, stats_config, primary_metrics_ordered_uuids, tags,"
            " exposure_preaggregation_enabled, created_at, updated_at",
        )
        + " RETURNING id",
        "history": _insert(
            "activity_activitylog",
            "id, project_id, user_id, is_system, was_impersonated, activity, subject, scope,"
            " item_id, detail, created_at",
        ),
    }
    placeholder = "%s" if is_postgresql else "?"
    return {name: statement.replace("{p}", placeholder) for name, statement in made.items()}


def _insert(table: str, columns: str) -> str:
    values = ", ".join("{p}" for _ in columns.split(","))
    return f"INSERT INTO {table} ({columns}) VALUES ({values})"  # noqa: S608 (nobody sends this text)
