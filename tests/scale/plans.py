"""How the database finds what a statement asks for."""

import json
import re
from collections.abc import Iterator

from django.db import connection

from tests.scale.request_queries import GROWING

# An entry of an index that belongs to one tenant, row or person.
_BY_ID = re.compile(r"\b(id|\w+_id|rowid|exposure_cohort)\b")


def scans_of(sql: str) -> list[str]:
    """Return what the statement reads of all tenants: growing tables that it looks up by no id."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return [_of_table(row[3], sql) for row in cursor.fetchall() if _is_whole(row[3], sql)]
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        [[plan]] = cursor.fetchall()
        plan = json.loads(plan) if isinstance(plan, str) else plan
        return list(_scans(plan[0]["Plan"]))


def _is_whole(step: str, sql: str) -> bool:
    found = re.match(r"(SCAN|SEARCH) (\S+)(.*)", step)
    if found is None or _table(found[2], sql) not in GROWING:
        return False
    return found[1] == "SCAN" or not _BY_ID.search(found[3].partition("(")[2])


def _of_table(step: str, sql: str) -> str:
    # Aliases say nothing.
    return f"{step} of {_table(step.split()[1], sql)}"


def _table(name: str, sql: str) -> str:
    found = re.search(rf'"(\w+)" {re.escape(name)}\b', sql)
    return found[1] if found else name


def _scans(node: dict) -> Iterator[str]:
    condition = " ".join(node.get(each, "") for each in ("Index Cond", "Recheck Cond", "TID Cond"))
    table = node.get("Relation Name")
    if table in GROWING and not _BY_ID.search(condition):
        yield f"{node['Node Type']} on {table} by {node.get('Index Name')} {condition}"
    for inner in node.get("Plans", ()):
        yield from _scans(inner)
