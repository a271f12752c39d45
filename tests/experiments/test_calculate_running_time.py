import pytest

from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.experiments.database_rows import everything
from tests.experiments.paths import collection
from tests.looping import in_one_test

COUNT = {"metric_type": "mean_count", "minimum_detectable_effect": 5, "baseline_value": 4}
FUNNEL_STATS = {"number_of_samples": 1000, "sum": 100, "step_counts": [1000, 100]}
RATIO_STATS = {
    "number_of_samples": 10000,
    "sum": 500000,
    "sum_squares": 30000000,
    "denominator_sum": 50000,
    "denominator_sum_squares": 300000,
    "numerator_denominator_sum_product": 2600000,
}
RATIO = {"metric_type": "ratio", "minimum_detectable_effect": 10, "baseline_stats": RATIO_STATS}
HUGE = int("9" * 400)


def url(project) -> str:
    return f"{collection(project)}calculate_running_time/"


def test_calculate_running_time__mean_of_counts__people_and_days(reader, project):
    before = everything()

    response = reader.post(url(project), COUNT | {"exposure_rate_per_day": 100})

    assert response.status_code == 200
    assert list(response.json().items()) == [
        ("baseline_value", 4),
        ("variance", 8),
        ("recommended_sample_size", 6400),
        ("recommended_running_time_days", 64),
    ]
    assert everything() == before


@pytest.mark.parametrize(
    ("body", "baseline", "variance", "people"),
    [
        (
            {
                "metric_type": "mean_sum_or_avg",
                "minimum_detectable_effect": 5,
                "baseline_value": 50,
            },
            50,
            625,
            3200,
        ),
        (
            {"metric_type": "funnel", "minimum_detectable_effect": 50, "baseline_value": 0.1},
            0.1,
            None,
            1152,
        ),
        (
            {
                "metric_type": "funnel",
                "minimum_detectable_effect": 50,
                "baseline_stats": FUNNEL_STATS,
            },
            0.1,
            None,
            1152,
        ),
        (RATIO, 10, 32, 1024),
    ],
    ids=["sum", "funnel", "funnel steps", "ratio"],
)
def test_calculate_running_time__golden_numbers__come_out(
    client, project, body, baseline, variance, people
):
    response = client.post(url(project), body)

    assert response.json() == {
        "baseline_value": baseline,
        "variance": variance,
        "recommended_sample_size": people,
        "recommended_running_time_days": None,
    }


@pytest.mark.parametrize(
    ("change", "people"),
    [
        ({"number_of_variants": 3}, 9600),
        ({"alpha": 0.05, "power": 0.8}, 6400),
        ({"power": 0.9}, 8568),
        ({"alpha": 0.01}, 9524),
        ({"variance": 16}, 12800),
        ({"exposure_rate_per_day": None, "variance": None, "baseline_stats": None}, 6400),
        ({"baseline_value": "4"}, 6400),
    ],
    ids=["variants", "defaults", "power", "alpha", "variance", "nulls", "text"],
)
def test_calculate_running_time__optional_numbers__taken(client, project, change, people):
    response = client.post(url(project), COUNT | change)

    assert response.json()["recommended_sample_size"] == people


def test_calculate_running_time__form__same_answer(client, project):
    response = client.post(
        url(project),
        "metric_type=mean_count&minimum_detectable_effect=5&baseline_value=4",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.json() == client.post(url(project), COUNT).json()


@pytest.mark.parametrize("missing", ["metric_type", "minimum_detectable_effect"])
def test_calculate_running_time__member_missing__required(client, project, missing):
    body = {name: value for name, value in COUNT.items() if name != missing}

    assert_invalid(client.post(url(project), body), missing, "required")


@in_one_test(
    ("change", "attr", "code"),
    [
        ({"metric_type": "median"}, "metric_type", "invalid_choice"),
        ({"metric_type": []}, "metric_type", "invalid_choice"),
        ({"minimum_detectable_effect": 0}, "minimum_detectable_effect", "invalid_input"),
        ({"minimum_detectable_effect": 1e-300}, "minimum_detectable_effect", "invalid_input"),
        ({"minimum_detectable_effect": -5}, "minimum_detectable_effect", "min_value"),
        ({"minimum_detectable_effect": None}, "minimum_detectable_effect", "null"),
        ({"minimum_detectable_effect": True}, "minimum_detectable_effect", "invalid_input"),
        ({"minimum_detectable_effect": "five"}, "minimum_detectable_effect", "invalid_input"),
        ({"minimum_detectable_effect": "NaN"}, "minimum_detectable_effect", "invalid_input"),
        ({"minimum_detectable_effect": "inf"}, "minimum_detectable_effect", "invalid_input"),
        ({"minimum_detectable_effect": HUGE}, "minimum_detectable_effect", "overflow"),
        ({"baseline_value": None}, "baseline_value", "invalid_input"),
        ({"baseline_value": 0}, "baseline_value", "invalid_input"),
        ({"baseline_value": -4}, "baseline_value", "invalid_input"),
        ({"baseline_value": [4]}, "baseline_value", "invalid_input"),
        ({"metric_type": "funnel"}, "baseline_value", "invalid_input"),
        ({"metric_type": "ratio"}, "variance", "invalid_input"),
        ({"metric_type": "retention"}, "variance", "invalid_input"),
        ({"variance": 0}, "variance", "invalid_input"),
        ({"number_of_variants": 1}, "number_of_variants", "min_value"),
        ({"number_of_variants": 21}, "number_of_variants", "max_value"),
        ({"number_of_variants": 2.5}, "number_of_variants", "invalid_input"),
        ({"number_of_variants": True}, "number_of_variants", "invalid_input"),
        ({"number_of_variants": HUGE}, "number_of_variants", "max_value"),
        ({"exposure_rate_per_day": -1}, "exposure_rate_per_day", "min_value"),
        ({"exposure_rate_per_day": 1e-300}, "exposure_rate_per_day", "invalid_input"),
        ({"alpha": 0}, "alpha", "min_value"),
        ({"alpha": 5}, "alpha", "max_value"),
        ({"power": 80}, "power", "max_value"),
        ({"power": 0.2}, "power", "min_value"),
        ({"baseline_stats": []}, "baseline_stats", "not_a_dict"),
        ({"baseline_stats": {}}, "baseline_stats__number_of_samples", "required"),
        (
            {"baseline_stats": {"number_of_samples": 1, "sum": "much"}},
            "baseline_stats__sum",
            "invalid_input",
        ),
        (
            {"baseline_stats": {"number_of_samples": 1, "step_counts": 7}},
            "baseline_stats__step_counts",
            "not_a_list",
        ),
        (
            {"baseline_stats": {"number_of_samples": 1, "step_counts": [1, "x"]}},
            "baseline_stats__step_counts__1",
            "invalid_input",
        ),
    ],
    ids=str,
)
def test_calculate_running_time__nonsense__refused(client, project, change, attr, code):
    assert_invalid(client.post(url(project), COUNT | change), attr, code)


@in_one_test(
    ("change", "attr"),
    [
        ({"number_of_samples": 0}, "number_of_samples"),
        ({"number_of_samples": -1}, "number_of_samples"),
        ({"denominator_sum": 0}, "denominator_sum"),
        ({"denominator_sum": None}, "denominator_sum"),
        ({"denominator_sum_squares": None}, "denominator_sum_squares"),
        ({"numerator_denominator_sum_product": None}, "numerator_denominator_sum_product"),
    ],
    ids=str,
)
def test_calculate_running_time__ratio_without_variance__refused(client, project, change, attr):
    body = RATIO | {"baseline_stats": RATIO_STATS | change}

    assert_invalid(client.post(url(project), body), f"baseline_stats__{attr}")


@in_one_test("body", [[], "text", 7], ids=["list", "text", "number"])
def test_calculate_running_time__body_is_no_object__refused(client, project, body):
    assert_invalid(client.post(url(project), body), None)


def test_calculate_running_time__key_that_only_reads_flags__refused(grace, project):
    client = DocumentedClient(factories.make_key(grace, "feature_flag:read"))

    assert_error(client.post(url(project), COUNT), 403, "permission_denied")


def test_calculate_running_time__no_key__refused(anonymous, project):
    assert_error(anonymous.post(url(project), COUNT), 401, "not_authenticated")


def test_calculate_running_time__foreign_project__refused(outsider, project):
    assert_error(outsider.post(url(project), COUNT), 403, "permission_denied")


def test_calculate_running_time__unknown_project__not_found(client):
    assert_error(client.post(url(987654), COUNT), 404, "not_found")


def test_calculate_running_time__any__few_queries(client, project, django_assert_max_num_queries):
    client.post(url(project), COUNT)

    with django_assert_max_num_queries(4):
        client.post(url(project), COUNT)
