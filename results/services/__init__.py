"""Computing results, and caching them."""

from results.services.analysis import NotComputable
from results.services.background import cancel_run, delete_old_runs, is_under_way, start_run
from results.services.days import days_of, start_timeseries, store_days
from results.services.exposed import freeze_exposed
from results.services.overview import read_overview
from results.services.queries import Overrides, ResultQuery, exposure_query, metric_query
from results.services.recalculation import start_recalculation
from results.services.result_cache import CachedResult, delete_old_results

__all__ = [
    "CachedResult",
    "NotComputable",
    "Overrides",
    "ResultQuery",
    "cancel_run",
    "days_of",
    "delete_old_results",
    "delete_old_runs",
    "exposure_query",
    "freeze_exposed",
    "is_under_way",
    "metric_query",
    "read_overview",
    "start_recalculation",
    "start_run",
    "start_timeseries",
    "store_days",
]
