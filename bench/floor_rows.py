"""From a row of the bare program's statement to the document, in straight lines."""

from dataclasses import dataclass
from uuid import UUID

import orjson

Row = tuple[object, ...]
_PERSON = 9


@dataclass
class Values:
    """How a driver's values become those of the document."""

    viewer: int
    is_postgresql: bool

    def time(self, value: object) -> object:
        """Return a point in time; SQLite keeps it as text."""
        if self.is_postgresql or value is None:
            return value
        return value.replace(" ", "T") + "Z"

    def truth(self, value: object) -> object:
        """Return true, false or null; SQLite keeps a number."""
        return value if self.is_postgresql or value is None else value == 1

    def links(self, columns: Row) -> Row:
        """Return the links and the references; PostgreSQL sends both in one text."""
        if not self.is_postgresql:
            return columns
        return (None, None) if columns[0] is None else columns[0].split("\x1f")

    def person(self, row: Row) -> dict[str, object] | None:
        """Return who made something."""
        if row[0] is None:
            return None
        pk, identity, distinct_id, first_name, last_name, email, is_verified, config, role = row
        return {
            "id": pk,
            "uuid": identity if self.is_postgresql else str(UUID(identity)),
            "distinct_id": distinct_id,
            "first_name": first_name,
            "last_name": last_name,
            "email": email,
            "is_email_verified": self.truth(is_verified),
            "hedgehog_config": json_of(config),
            "role_at_organization": role,
        }


def json_of(text: str | None) -> orjson.Fragment | None:
    """Return what is stored as text, to be copied as it is."""
    return None if text is None else orjson.Fragment(text)


def document(row: Row, values: Values) -> dict[str, object]:
    """Return the experiment that a row holds."""
    # fmt: off
    (
        _, pk, name, description, start, end, cohort, archived, deleted, made, changed,
        kind, folder, conclusion, comment, is_preaggregated, status, parameters, old_metrics,
        filters, exposure, metrics, secondary, stats, scheduling, ordered, secondary_ordered,
    ) = row[:27]
    # fmt: on
    creator = values.person(row[40 : 40 + _PERSON])
    links, references = values.links(row[64:])
    time, truth = values.time, values.truth
    return {
        "id": pk,
        "name": name,
        "description": description,
        "start_date": time(start),
        "end_date": time(end),
        "feature_flag_key": row[30],
        "feature_flag": flag(row[27:40], values),
        "holdout": holdout(row[49:64], values),
        "holdout_id": row[49],
        "exposure_cohort": cohort,
        "parameters": json_of(parameters),
        "secondary_metrics": json_of(old_metrics),
        "saved_metrics": orjson.Fragment(f"[{links}]") if links else [],
        "saved_metrics_ids": orjson.Fragment(f"[{references}]") if references else [],
        "filters": json_of(filters),
        "archived": truth(archived),
        "deleted": truth(deleted),
        "created_by": creator,
        "created_at": time(made),
        "updated_at": time(changed),
        "type": kind,
        "exposure_criteria": json_of(exposure),
        "metrics": json_of(metrics),
        "metrics_secondary": json_of(secondary),
        "stats_config": json_of(stats),
        "scheduling_config": json_of(scheduling),
        "_create_in_folder": folder,
        "conclusion": conclusion,
        "conclusion_comment": comment,
        "primary_metrics_ordered_uuids": json_of(ordered),
        "secondary_metrics_ordered_uuids": json_of(secondary_ordered),
        "exposure_preaggregation_enabled": truth(is_preaggregated),
        "status": status,
        "user_access_level": "manager" if creator["id"] == values.viewer else "editor",
    }


def flag(row: Row, values: Values) -> dict[str, object]:
    """Return the flag in an experiment."""
    # fmt: off
    (
        pk, project, name, key, filters, deleted, active, continuity, is_encrypted, version,
        runtime, bucketing, contexts,
    ) = row
    # fmt: on
    truth = values.truth
    return {
        "id": pk,
        "team_id": project,
        "name": name,
        "key": key,
        "filters": json_of(filters),
        "deleted": truth(deleted),
        "active": truth(active),
        "ensure_experience_continuity": truth(continuity),
        "has_encrypted_payloads": truth(is_encrypted),
        "version": version,
        "evaluation_runtime": runtime,
        "bucketing_identifier": bucketing,
        "evaluation_contexts": json_of(contexts),
    }


def holdout(row: Row, values: Values) -> dict[str, object] | None:
    """Return the holdout in an experiment."""
    pk, name, description, filters, made, changed, *creator = row
    if pk is None:
        return None
    return {
        "id": pk,
        "name": name,
        "description": description,
        "filters": json_of(filters),
        "created_by": values.person(creator),
        "created_at": values.time(made),
        "updated_at": values.time(changed),
    }
