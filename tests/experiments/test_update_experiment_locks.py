import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.experiments.paths import member

VARIANTS = [
    {"key": "control", "rollout_percentage": 30},
    {"key": "test", "rollout_percentage": 70},
]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"name": "B"}, 0),
        ({"parameters": {"feature_flag_variants": VARIANTS}}, 1),
        ({"holdout_id": None}, 0),
    ],
    ids=str,
)
def test_update_experiment__with_a_holdout__locked_only_when_the_flag_needs_it(
    client, project, ada, holdout, body, count
):
    experiment = factories.make_experiment(project, ada, holdout=holdout)

    with CaptureQueriesContext(connection) as queries:
        response = client.patch(member(experiment), body)

    assert response.status_code == 200
    looked_up = [
        query["sql"]
        for query in queries
        if 'FROM "holdouts_holdout"' in query["sql"] and "created_at" in query["sql"]
    ]
    assert len(looked_up) == count
