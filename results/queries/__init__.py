"""The SQL of results: one text for each question, over the numbers in facts; pure.

All parts are whole numbers that the server itself has computed, so they stand in the text: nothing
is bound, cast or quoted, and the same text runs on every database.
"""

from results.queries.exposures import Exposures, daily_exposures, exposed_people
from results.queries.funnels import Funnel, funnel
from results.queries.means import Aggregate, Column, Mean, mean, means, sums_at
from results.queries.outliers import Outliers
from results.queries.retention import Retention, retention
from results.queries.sessions import SessionMean, session_mean
from results.queries.text import MULTIPLE, NO_VALUE, Query
from results.queries.zones import Calendar

__all__ = [
    "MULTIPLE",
    "NO_VALUE",
    "Aggregate",
    "Calendar",
    "Column",
    "Exposures",
    "Funnel",
    "Mean",
    "Outliers",
    "Query",
    "Retention",
    "SessionMean",
    "daily_exposures",
    "exposed_people",
    "funnel",
    "mean",
    "means",
    "retention",
    "session_mean",
    "sums_at",
]
