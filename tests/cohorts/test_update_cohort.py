import pytest

from actions.models import Action
from activity.models import ActivityLog
from cohorts.documents import MAX_DEPTH
from cohorts.models import Cohort
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.cohorts.definitions import behavior, cohort, definition, person


@pytest.fixture
def patch(client, url):
    def patch(found, **changes):
        return client.patch(f"{url}{found['id']}/", changes)

    return patch


@pytest.fixture
def ask(client, project):
    def ask(found, key="asks", **values):
        wanted = {"key": "id", "type": "cohort", "value": found["id"], "operator": "in"}
        groups = [{"properties": [wanted], "rollout_percentage": 100}]
        body = {"key": key, "filters": {"groups": groups}} | values
        return client.post(f"/api/projects/{project.pk}/feature_flags/", body)

    return ask


def test_update_cohort__name_and_definition__stored_and_told(patch, make):
    found = make()
    answer = patch(found, name="Free", filters=definition(person(value="free"))).json()
    assert (answer["name"], answer["version"]) == ("Free", 2)
    entry = ActivityLog.objects.get(scope="Cohort", activity="updated")
    assert {change["field"] for change in entry.detail["changes"]} == {"name", "filters"}


def test_update_cohort__put__needs_a_name(client, url, make):
    found = make()
    assert_invalid(client.put(f"{url}{found['id']}/", {}), "name", "required")
    assert client.put(f"{url}{found['id']}/", {"name": "Other"}).json()["name"] == "Other"


def test_update_cohort__deleted_and_back__told(patch, make):
    found = make()
    assert patch(found, deleted=True).status_code == 200
    assert patch(found, deleted=False).json()["deleted"] is False
    told = ActivityLog.objects.filter(scope="Cohort").values_list("activity", flat=True)
    assert sorted(told) == ["created", "deleted", "restored"]


def test_update_cohort__circle__refused(patch, make):
    first = make()
    second = make(cohort(first["id"]))
    third = make(cohort(second["id"]))
    assert_invalid(patch(first, filters=definition(cohort(third["id"]))), "filters")
    assert_invalid(patch(first, filters=definition(cohort(first["id"]))), "filters")


def test_update_cohort__static__stays_static(patch, make):
    assert_invalid(patch(make(), is_static=True), "is_static")


def test_update_cohort__stored_patterns_that_no_new_one_can_have__sent_back(patch, make):
    found = make()
    unread = [person(operator="regex", value="(?=a)")] * 101
    old = definition(*unread)
    Cohort.objects.filter(pk=found["id"]).update(filters=old)
    assert patch(found, filters=old).status_code == 200
    more = definition(*unread, person(operator="regex", value="b"))
    assert_invalid(patch(found, filters=more), "filters")


def test_update_cohort__stored_group_without_a_condition__sent_back(patch, make):
    found = make()
    old = definition(person(), {"type": "OR", "values": []})
    Cohort.objects.filter(pk=found["id"]).update(filters=old)
    assert patch(found, filters=old).status_code == 200


def test_update_cohort__needed_by_another__not_deleted(patch, make):
    first = make()
    second = make(cohort(first["id"]))
    assert_invalid(patch(first, deleted=True), None)
    assert patch(second, deleted=True).status_code == 200
    assert patch(first, deleted=True).status_code == 200
    assert_invalid(patch(second, deleted=False), "filters")


def test_update_cohort__active_flag_asks__not_deleted(patch, make, ask, client, project):
    found = make()
    flag = ask(found).json()
    assert_invalid(patch(found, deleted=True), None)
    url = f"/api/projects/{project.pk}/feature_flags/{flag['id']}/"
    assert client.patch(url, {"active": False}).status_code == 200
    assert patch(found, deleted=True).status_code == 200
    response = client.patch(url, {"active": True})
    assert_error(response, 400, "cohort_does_not_exist", "filters")


def test_update_cohort__flag_asks_of_it_indirectly__not_made_behavioral(patch, make, ask):
    inner = make()
    outer = make(cohort(inner["id"]))
    assert ask(outer).status_code == 201
    assert_invalid(patch(inner, filters=definition(behavior())), None)


def test_update_cohort__active_flag_asks__no_behavioral_one_nested(patch, make, ask):
    behavioral = make(behavior())
    inner = make()
    outer = make(cohort(inner["id"]))
    assert ask(outer).status_code == 201
    for found in (inner, outer):
        assert_invalid(patch(found, filters=definition(cohort(behavioral["id"]))), None)


def test_update_cohort__nested_too_deep_from_above__refused(patch, make):
    bottom = top = make()
    for _ in range(MAX_DEPTH - 2):
        top = make(cohort(top["id"]))
    pair = make(cohort(make()["id"]))
    assert_invalid(patch(bottom, filters=definition(cohort(pair["id"]))), "filters")
    assert patch(bottom, filters=definition(cohort(make()["id"]))).status_code == 200


def test_update_cohort__named_by_the_filters_of_a_static_one__deleted(patch, make):
    found = make()
    make(cohort(found["id"]), is_static=True)
    assert patch(found, deleted=True).status_code == 200


def test_flag__behavioral_cohort__refused(make, ask):
    inner = make(behavior())
    outer = make(cohort(inner["id"]))
    for found in (inner, outer):
        assert_error(ask(found), 400, "behavioral_cohort_found", "filters")


def test_flag__deleted_or_foreign_cohort__refused(patch, make, ask):
    found = make()
    patch(found, deleted=True)
    assert_error(ask(found), 400, "cohort_does_not_exist", "filters")
    for value in ("x", True, 1.5, None, [1], 10**17):
        assert_error(ask({"id": value}), 400, "cohort_does_not_exist", "filters")


def test_flag__asks_no_longer__lets_the_cohort_go(patch, make, ask, client, project):
    found = make()
    flag = ask(found).json()
    url = f"/api/projects/{project.pk}/feature_flags/{flag['id']}/"
    assert client.patch(url, {"filters": {"groups": [{"properties": []}]}}).status_code == 200
    assert patch(found, deleted=True).status_code == 200


def test_update_cohort__if_match_of_an_older_state__refused(client, url, make):
    place = f"{url}{make()['id']}/"
    etag = client.get(place).headers["ETag"]
    headers = {"If-Match": etag}
    assert client.patch(place, {"name": "One"}, headers=headers).status_code == 200
    assert_error(client.patch(place, {"name": "Two"}, headers=headers), 412, "precondition_failed")


def test_exposure_cohort__running_experiment__shown_and_detached(
    client, project, ada, patch, holdout
):
    experiment = factories.make_experiment(project, ada, start_date=holdout.created_at)
    place = f"/api/projects/{project.pk}/experiments/{experiment.pk}/"
    response = client.post(f"{place}create_exposure_cohort_for_experiment/")
    assert response.status_code == 201
    found = response.json()["cohort"]
    assert found["name"] == 'Users exposed to experiment "Checkout"'
    assert (found["experiment_set"], found["cohort_type"]) == ([experiment.pk], "behavioral")
    [group] = found["filters"]["properties"]["values"]
    wanted = group["values"][0]
    assert (wanted["key"], wanted["event_type"]) == ("$feature_flag_called", "events")
    assert wanted["event_filters"][0]["value"] == [experiment.feature_flag.key]
    assert client.get(place).json()["exposure_cohort"] == found["id"]
    again = client.post(f"{place}create_exposure_cohort_for_experiment/")
    assert_invalid(again, None)
    assert patch(found, deleted=True).json()["experiment_set"] == []
    assert client.get(place).json()["exposure_cohort"] is None


def test_exposure_cohort__draft__refused(client, project, experiment):
    place = f"/api/projects/{project.pk}/experiments/{experiment.pk}/"
    assert_invalid(client.post(f"{place}create_exposure_cohort_for_experiment/"), None)


CUSTOM = {
    "event": (
        {"events": [{"id": "paid", "properties": [{"type": "event"}, {"type": "person"}]}]},
        ("paid", "events", [{"type": "event"}]),
    ),
    "action": ({"actions": [{"id": "7"}]}, (7, "actions", [])),
    "no number": ({"actions": [{"id": "x"}]}, None),
    "no event": ({"events": [{"id": 7}]}, None),
    "nothing": ({"events": []}, None),
    "text": ("paid", None),
}


@pytest.mark.parametrize(("custom", "expected"), CUSTOM.values(), ids=CUSTOM.keys())
def test_exposure_cohort__custom_filter__shapes_it(
    client, project, running_experiment, custom, expected
):
    Action.objects.create(pk=7, project=project, name="Paid", steps=[])
    running_experiment.parameters = {"custom_exposure_filter": custom}
    running_experiment.save()
    place = f"/api/projects/{project.pk}/experiments/{running_experiment.pk}/"
    response = client.post(f"{place}create_exposure_cohort_for_experiment/")
    if expected is None:
        assert_invalid(response, None)
        return
    [group] = response.json()["cohort"]["filters"]["properties"]["values"]
    wanted = group["values"][0]
    assert (wanted["key"], wanted["event_type"], wanted["event_filters"]) == expected
