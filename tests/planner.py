"""Plans of queries, with far fewer rows than a server has."""

from django.db import connection


def forbid(*ways: str) -> None:
    """Keep PostgreSQL from ways that only few rows are worth, such as `seqscan` of a whole table.

    Until the test's transaction ends; SQLite chooses by the indexes that there are.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for way in ways:
                cursor.execute(f"SET LOCAL enable_{way} = off")
