import pytest

from tests import factories
from tests.access_control.ruled_kinds import KINDS

# What a list takes where there are no rules; they are asked for with the key.
WITHOUT_RULES = {"experiment": 6, "saved_metric": 4, "flag": 5, "action": 4}


@pytest.fixture
def make(project, ada):
    def make(fixture):
        if fixture == "saved_metric":
            return factories.make_saved_metric(project, ada)
        if fixture == "action":
            return factories.make_action(project, ada)
        experiment = factories.make_experiment(project, ada)
        return experiment.feature_flag if fixture == "flag" else experiment

    return make


@pytest.mark.usefixtures("_no_response_cache")
@pytest.mark.parametrize("fixture", KINDS)
@pytest.mark.parametrize("rows", [1, 5])
def test_queries__list_without_rules__none_for_rules(
    colleague, project, make, fixture, rows, django_assert_num_queries
):
    for _ in range(rows):
        make(fixture)

    with django_assert_num_queries(WITHOUT_RULES[fixture]):
        response = colleague.get(KINDS[fixture].list_url(project))

    shown = [row["user_access_level"] for row in response.json()["results"]]
    assert shown == ["editor"] * rows


@pytest.mark.usefixtures("_no_response_cache")
@pytest.mark.parametrize("fixture", KINDS)
@pytest.mark.parametrize("rows", [1, 5])
def test_queries__list_with_rules__one_for_all_rules(
    colleague, make, give, fixture, rows, django_assert_num_queries
):
    made = [make(fixture) for _ in range(rows)]
    for row in made:
        give("viewer", about=KINDS[fixture].name, row=row)
    url = KINDS[fixture].list_url(row.project)

    with django_assert_num_queries(WITHOUT_RULES[fixture] + 1):
        response = colleague.get(url)

    shown = [row["user_access_level"] for row in response.json()["results"]]
    assert shown == ["viewer"] * rows
