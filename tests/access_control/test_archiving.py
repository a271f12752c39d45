import pytest

from tenants.levels import FEATURE_FLAG
from tests.access_control.refusals import all_rows
from tests.assertions import assert_error
from tests.experiments.lifecycle import END, START, step


@pytest.fixture
def stopped(experiment):
    experiment.start_date, experiment.end_date = START, END
    experiment.refresh_status()
    experiment.save(update_fields=["start_date", "end_date", "status"])
    return experiment


@pytest.mark.parametrize("level", ["none", "viewer"])
def test_archiving__with_a_flag_that_one_may_not_change__refused(
    colleague, give, grace, stopped, flag, level
):
    give(level, to=grace, about=FEATURE_FLAG, row=flag)
    before = all_rows()

    refused = colleague.post(step(stopped, "archive"), {"disable_feature_flag": True})

    assert_error(refused, 403, "permission_denied")
    assert "feature flag" in refused.json()["detail"]
    assert all_rows() == before
    assert colleague.post(step(stopped, "archive")).status_code == 200
