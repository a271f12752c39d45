"""Lists of whole numbers as tables: one parameter, however many they are."""

from collections.abc import Collection

import orjson
from django.db.backends.base.base import BaseDatabaseWrapper


def numbers_table(connection: BaseDatabaseWrapper) -> str:
    """Return the SQL of a table `n(number)` that takes one parameter, of `numbers_parameter`."""
    if connection.vendor == "postgresql":
        return "unnest(%s::bigint[]) AS n(number)"
    return "(SELECT value AS number FROM json_each(%s)) AS n"


def numbers_parameter(connection: BaseDatabaseWrapper, numbers: Collection[int]) -> list[int] | str:
    """Return these numbers as the parameter of a table."""
    listed = list(numbers)
    return listed if connection.vendor == "postgresql" else orjson.dumps(listed).decode()
