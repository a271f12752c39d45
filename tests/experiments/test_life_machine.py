from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.experiments.life_machine import ExperimentLife

# The same lives in every run, so a failure is one for everybody, and no search for a shorter one,
# which takes minutes. To look for other failures raise max_examples and leave derandomize out; to
# see the shortest life that leads to one, leave phases out.
BOUNDED = settings(
    max_examples=10,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


def test_experiment_life__random_requests__every_invariant_holds(db):
    run_state_machine_as_test(ExperimentLife, settings=BOUNDED)
