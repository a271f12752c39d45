"""PostgreSQL connections with a time limit for each answer."""

from time import monotonic

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus


class LimitedConnection(psycopg.Connection):
    """A connection that gives up when the server does not answer at all.

    The server's own limits end what takes long. They are of no use when it is frozen, or when a
    network swallows what it says.
    """

    # In seconds, for each answer.
    limit: float | None = None
    # Whether the server that answers is always the one that has made a plan.
    keeps_plans = False

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return super().wait(gen, interval, timeout or self.limit)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                # An answer may still come, to a question that nobody asks any more.
                self.close()
            raise


def is_direct(connection: LimitedConnection, limit: float) -> bool:
    """Tell whether the process that answers is the one that the connection was made to.

    A pooler says another number. It may have the next question answered by another process, which
    knows by the same name a statement of somebody else, or none.

    :raises ConnectionTimeout: when nobody answers, however fast a pooler took the connection.
    """
    connection.autocommit, connection.limit = True, limit
    deadline = monotonic() + limit
    try:
        [(answering,)] = connection.execute("SELECT pg_backend_pid()").fetchall()
    except psycopg.OperationalError as error:
        connection.close()
        if monotonic() < deadline:
            raise
        raise psycopg.errors.ConnectionTimeout(str(error)) from error
    return bool(answering == connection.info.backend_pid)
