from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.experiments.life_machine import ExperimentLife

# The same lives in every run: a failure is one for everybody. To look for others, raise
# max_examples and leave derandomize out.
BOUNDED = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_experiment_life__random_requests__every_invariant_holds(db):
    run_state_machine_as_test(ExperimentLife, settings=BOUNDED)
