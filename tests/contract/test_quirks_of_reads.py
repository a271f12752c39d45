import json

import pytest

from holdouts.models import Holdout
from tests.assertions import assert_invalid
from tests.factories import make_flag
from tests.looping import in_one_test

COUNT = {"metric_type": "mean_count", "minimum_detectable_effect": 5, "baseline_value": 4}


def url(project, endpoint):
    return f"/api/projects/{project.pk}/experiments/{endpoint}/"


# Quirk: deleted-flags-are-not-eligible
def test_eligible_flags__deleted_flag__left_out(client, project):
    make_flag(project, deleted=True)

    response = client.get(url(project, "eligible_feature_flags"))

    assert response.json() == {"results": [], "count": 0}


# Quirk: eligible-flags-refuse-barely
@pytest.mark.parametrize("query", [{"limit": "x"}, {"offset": "x"}, {"limit": -1}], ids=str)
def test_eligible_flags__bad_page__bare_body(client, project, query):
    response = client.get(url(project, "eligible_feature_flags"), query)

    assert response.status_code == 400
    assert list(response.json()) == ["error", "detail"]


# Quirk: running-time-levels
def test_running_time__other_levels__other_sizes(client, project):
    sizes = [
        client.post(url(project, "calculate_running_time"), COUNT | levels).json()
        for levels in ({}, {"alpha": 0.05, "power": 0.8}, {"alpha": 0.01, "power": 0.9})
    ]

    default, same, larger = (size["recommended_sample_size"] for size in sizes)
    assert default == same < larger


# Quirk: running-time-says-what-is-missing
@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"baseline_value": 0}, "baseline_value"),
        (
            {"baseline_value": None, "baseline_stats": {"number_of_samples": 0, "sum": 1}},
            "baseline_stats__number_of_samples",
        ),
        (
            {
                "metric_type": "ratio",
                "baseline_stats": {"number_of_samples": 9, "sum": 9, "denominator_sum": 3},
            },
            "baseline_stats__sum_squares",
        ),
    ],
    ids=["baseline of 0", "no samples", "no squares"],
)
def test_running_time__not_enough__attr_names_it(client, project, change, attr):
    response = client.post(url(project, "calculate_running_time"), COUNT | change)

    assert_invalid(response, attr)


# Quirk: pages-have-a-maximum
def test_quirks__page_of_everything__a_thousand(client, project, holdout):
    fields = {"project": project, "name": "Many", "filters": holdout.filters}
    times = {"created_at": holdout.created_at, "updated_at": holdout.updated_at}
    Holdout.objects.bulk_create(Holdout(**fields, **times) for _ in range(1000))

    body = client.get(f"/api/projects/{project.pk}/experiment_holdouts/?limit=5000").json()

    assert len(body["results"]) == 1000
    assert "limit=1000" in body["next"]


# Quirk: no-routes-of-the-current-project
@in_one_test("path", ["/api/feature_flag/", "/api/feature_flag/1/", "/_stats"])
def test_quirks__route_of_the_current_project__not_found(client, project, path):
    assert client.get(path).status_code == 404


# Quirk: events-are-not-rejected
def test_event_definition__events_to_be_rejected__refused(client, project):
    body = {"name": "signup", "enforcement_mode": "reject"}

    response = client.post(f"/api/projects/{project.pk}/event_definitions/", body)

    assert_invalid(response, "enforcement_mode")


# Quirk: persons-are-not-filtered
def test_persons__filtered_by_properties__refused(client, project):
    filters = json.dumps([{"key": "email", "value": "ann@example.com", "type": "person"}])

    response = client.get(f"/api/projects/{project.pk}/persons/", {"properties": filters})

    assert_invalid(response, "properties")
