"""The tests of results that go from capture to an answer, with the events in ClickHouse."""

from tests.results.test_activation import *  # noqa: F403
from tests.results.test_clock_changes import *  # noqa: F403
from tests.results.test_criteria import *  # noqa: F403
from tests.results.test_exposures import *  # noqa: F403
from tests.results.test_extreme_values import *  # noqa: F403
from tests.results.test_filters import *  # noqa: F403
from tests.results.test_overview import (  # noqa: F401
    overview,
    test_results__all_metrics__as_their_queries_answer,
    test_results__first_variant_kept__exposures_stored_alike,
)
from tests.results.test_query import *  # noqa: F403
from tests.results.test_windowless_funnels import *  # noqa: F403
