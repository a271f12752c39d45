"""Property filters in results: what cannot be computed is told, instead of counting nobody."""

import pytest

from tests.results.conftest import metric, purchases
from tests.results.test_criteria import people, save, sums
from tests.results.test_query import refusal


def on_session(operator, value, **members):
    return {"key": "$session_id", "operator": operator, "value": value, "type": "event"} | members


def purchases_of(*filters):
    return metric(source=purchases("total", properties=list(filters)))


def said(client, project, mini, document):
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk, "metric": document}
    return refusal(client, project, query)[1]


@pytest.mark.parametrize(
    ("operator", "same"), [("in", "exact"), ("not_in", "is_not")], ids=["in", "not in"]
)
def test_filter__membership_in_a_list__as_any_of_its_values(ask, mini, operator, same):
    found = sums(ask(mini, purchases_of(on_session(operator, ["s1", "s4"]))))

    assert found == sums(ask(mini, purchases_of(on_session(same, ["s1", "s4"]))))
    assert found == {"in": {"control": 4, "test": 0}, "not_in": {"control": 4, "test": 5}}[operator]


@pytest.mark.parametrize("value", [[], "s1", None], ids=str)
@pytest.mark.parametrize("operator", ["in", "not_in"])
def test_filter__membership_in_what_is_no_list__refused(client, project, mini, operator, value):
    document = purchases_of(on_session(operator, value))

    assert "needs a list" in said(client, project, mini, document)


@pytest.mark.parametrize(
    "wanted",
    [
        on_session("is_cleaned_path_exact", "s1"),
        on_session("flag_evaluates_to", True),
        on_session("regex", "(?!s1)"),
        on_session("not_regex", "s(?=1)", type="person"),
    ],
    ids=["cleaned path", "flag", "lookahead", "of a person"],
)
def test_filter__cannot_be_computed__refused(client, project, mini, wanted):
    assert "cannot be computed" in said(client, project, mini, purchases_of(wanted))


def test_filter__of_test_accounts_cannot_be_computed__refused(client, project, mini):
    project.test_account_filters = [on_session("contains", "internal")]
    project.save()

    assert "$session_id" in said(client, project, mini, metric(source=purchases()))


def test_filter__of_test_accounts_that_count__read_by_nobody(ask, project, mini):
    project.test_account_filters = [on_session("contains", "internal")]
    project.save()
    save(mini, exposure_criteria={"filterTestAccounts": False})

    assert people(ask(mini, metric(source=purchases()))) == {"control": 5, "test": 4}
