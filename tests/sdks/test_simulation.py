"""Simulated experiments: an SDK's visitors, from remote evaluation to results."""

import pytest

from tests.sdks.simulation import EFFECT, compared, simulate

EXPERIMENTS, VISITORS = 5, 400


@pytest.mark.parametrize("effect", [0.0, EFFECT], ids=["no-effect", "effect"])
def test_simulation__visitors_of_an_sdk__effect_recovered(server, effect):
    ids = simulate(server, experiments=EXPERIMENTS, visitors=VISITORS, effect=effect, seed=1)
    found = list(compared(server, ids, effect=effect, method="frequentist"))

    # Nobody is lost between evaluation, capture and results.
    assert [exposed for exposed, _ in found] == [VISITORS] * EXPERIMENTS
    comparisons = [each for _, every in found for each in every]
    # With 20 intervals of 95 %, more than three that miss are one case in a hundred.
    assert sum(each.covers for each in comparisons) >= len(comparisons) - 3
    changed = [each for each in comparisons if each.truth]
    estimates = [each.estimate for each in changed]
    assert not changed or sum(estimates) / len(estimates) == pytest.approx(EFFECT, abs=0.15)
