"""Lists of a project read rows of that project alone, with and without statistics."""

import re

import pytest
from django.db import connection

from bench.scale.lines import Line, lines
from tests.looping import in_one_test
from tests.scale.plans import scans_of

P = "/api/projects/{project}/"
PATHS = {
    f"{P}experiments/",
    f"{P}experiments/activity/",
    f"{P}experiments/eligible_feature_flags/",
    f"{P}experiments/{{Experiment}}/activity/",
    f"{P}feature_flags/",
    f"{P}feature_flags/activity/",
    f"{P}feature_flags/{{FeatureFlag}}/activity/",
    f"{P}activity_log/",
    f"{P}experiment_holdouts/",
    f"{P}experiment_holdouts/activity/",
    f"{P}experiment_saved_metrics/",
    f"{P}experiment_saved_metrics/activity/",
    f"{P}change_requests/",
    f"{P}actions/",
    f"{P}annotations/",
    f"{P}cohorts/",
    f"{P}scheduled_changes/",
    "/api/projects/",
    "/api/organizations/",
    "/api/users/@me/",
}
# To find many rows by their ids in so small a table, reading it is as good.
BY_MANY_IDS = re.compile(r"IN \((\S+, ){20}")


# Of these the test has so few that a database which knows it reads them whole.
FEW = re.compile("actions_|annotations_|holdouts_|saved_metrics_|tenants_")


@pytest.mark.parametrize("statistics", [True, False], ids=["with statistics", "without"])
@in_one_test("caller", ["owner", "member"])
def test_plans__list_of_a_project__no_row_of_others(asked, caller, statistics):
    wanted = [line for line in lines() if line.path in PATHS and line.caller == caller]
    assert {line.path for line in wanted} == PATHS

    found = {(line.title, scan) for line in wanted for scan in _scans(asked, line, caller)}

    if connection.vendor == "postgresql" or statistics:
        found = {(title, scan) for title, scan in found if not FEW.search(scan)}
    assert found == set()


def _scans(asked, line: Line, caller: str) -> list[str]:
    # The small project: a database may rightly read a table whole that is mostly the large one's.
    statements = asked(line, caller=caller, world="small").statements
    reads = [each for each in statements if each.startswith("SELECT")]
    return [scan for sql in reads if not BY_MANY_IDS.search(sql) for scan in scans_of(sql)]
