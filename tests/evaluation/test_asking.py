"""What flags give people, asked with a key: nobody is exposed by it."""

import json

import pytest

from evaluation.models import KeptIdentifier
from events.models import Event, Person
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test

PRO = {"key": "plan", "value": "pro", "operator": "exact", "type": "person"}


def filters(*properties, **others):
    return {"groups": [{"properties": list(properties), "rollout_percentage": 100} | others]}


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/feature_flags/"


@pytest.fixture
def pro(project):
    return factories.make_flag(project, "pro", filters=filters(PRO))


def test_reasons__of_a_distinct_id__by_flag(client, url, project, checkout, pro, capture):
    factories.make_flag(project, "off", active=False)
    factories.make_flag(project, "archived", active=False, archived=True)
    factories.make_flag(project, "gone", deleted=True)
    capture("signed up", "user_1", **{"$set": {"plan": "pro"}})
    before = Event.objects.count()
    answer = client.get(f"{url}evaluation_reasons/?distinct_id=user_1&groups={{}}").json()
    matched = {"reason": "condition_match", "condition_index": 0}
    disabled = {"reason": "disabled", "condition_index": None}
    assert answer == {
        "archived": {"value": False, "evaluation": disabled},
        "off": {"value": False, "evaluation": disabled},
        "pro": {"value": True, "evaluation": matched},
        "checkout-redesign": {"value": "control", "evaluation": matched},
    }
    assert Event.objects.count() == before
    other = client.get(f"{url}evaluation_reasons/?distinct_id=user_2&flag_keys=pro").json()
    missed = {"reason": "no_condition_match", "condition_index": 0}
    assert other == {"pro": {"value": False, "evaluation": missed}}


def test_reasons__of_a_group__by_its_properties(client, url, project, capture):
    wanted = {"key": "tier", "value": "gold", "type": "group", "group_type_index": 0}
    documents = filters(wanted, aggregation_group_type_index=0)
    factories.make_flag(project, "gold", filters=documents)
    group = {"$group_type": "company", "$group_key": "acme", "$group_set": {"tier": "gold"}}
    capture("$groupidentify", "user_1", **group)

    def value(groups):
        query = {"distinct_id": "user_1", "groups": json.dumps(groups)}
        return client.get(f"{url}evaluation_reasons/", query).json()["gold"]["value"]

    assert [value({"company": name}) for name in ("acme", "other")] == [True, False]
    assert value({}) is False


@pytest.mark.parametrize("form", ['["pro"]', "pro"])
@pytest.mark.usefixtures("checkout", "pro")
def test_reasons__of_some_flags__these_only(client, url, form):
    query = {"distinct_id": "user_1", "flag_keys": form}
    assert list(client.get(f"{url}evaluation_reasons/", query).json()) == ["pro"]


@in_one_test(
    ("query", "attr", "code"),
    [
        ("", "distinct_id", "required"),
        ("distinct_id=u&groups=x", "groups", "invalid_input"),
        ("distinct_id=u&groups=[]", "groups", "invalid_input"),
        ('distinct_id=u&groups={"a":[]}', "groups", "invalid_input"),
        ("distinct_id=u&flag_keys=[1]", "flag_keys", "invalid_input"),
        ("distinct_id=u&flag_keys=[", "flag_keys", "invalid_input"),
    ],
)
def test_reasons__unreadable_question__refused(client, url, query, attr, code):
    assert_error(client.get(f"{url}evaluation_reasons/?{query}"), 400, code, attr)


@pytest.mark.parametrize("distinct_id", ["a%00b", "%F0%9F%A6%94", "x" * 5000])
def test_reasons__any_distinct_id__answered(client, url, checkout, distinct_id):
    response = client.get(f"{url}evaluation_reasons/?distinct_id={distinct_id}")
    assert response.json()["checkout-redesign"]["value"] in ("control", "test")


@pytest.mark.usefixtures("checkout")
def test_reasons__key_that_no_database_looks_for__no_flag(client, url):
    for path in ("evaluation_reasons/", "my_flags/"):
        response = client.get(f"{url}{path}?distinct_id=u&flag_keys=a%00b")
        assert not response.json()


def test_reasons__continuous_flag__writes_nothing(client, url, sdk, project):
    factories.make_flag(project, "checkout-redesign", ensure_experience_continuity=True)
    sdk.values("user_3", **{"$anon_distinct_id": "user_1"})
    known = KeptIdentifier.objects.count()
    answer = client.get(f"{url}evaluation_reasons/?distinct_id=user_3").json()
    assert answer["checkout-redesign"]["value"] == "control"
    client.get(f"{url}evaluation_reasons/?distinct_id=user_4")
    assert KeptIdentifier.objects.count() == known


def test_my_flags__of_the_caller__those_that_are_on(client, url, project, ada, checkout, pro):
    factories.make_flag(project, "off", active=False)
    factories.make_flag(project, "archived", active=False, archived=True)
    answer = client.get(f"{url}my_flags/").json()
    assert [each["feature_flag"]["key"] for each in answer] == ["pro", "checkout-redesign"]
    reasons = client.get(f"{url}evaluation_reasons/?distinct_id={ada.distinct_id}").json()
    expected = [reasons[key]["value"] for key in ("pro", "checkout-redesign")]
    assert [each["value"] for each in answer] == expected


def test_asking__flag_that_is_closed_to_the_caller__not_told(
    url, organization, project, ada, grace, pro
):
    organization.memberships.filter(user=ada).update(level=15)
    admin = DocumentedClient(factories.make_key(ada))
    body = {"access_level": "none", "organization_member": None}
    response = admin.put(f"{url}{pro.pk}/access_controls/", body)
    assert response.status_code == 200, response.content
    other = DocumentedClient(factories.make_key(grace, "feature_flag:read"))
    assert other.get(f"{url}evaluation_reasons/?distinct_id=u").json() == {}
    assert other.get(f"{url}my_flags/").json() == []


def test_trial__of_a_person__explains_each_condition(client, url, project, capture):
    documents = {
        "groups": [
            {"properties": [PRO], "rollout_percentage": 0},
            {"properties": [], "rollout_percentage": 100, "variant": None},
        ],
        "payloads": {"true": "[1]"},
    }
    flag = factories.make_flag(project, "staged", filters=documents)
    capture("signed up", "user_1", **{"$set": {"plan": "pro"}})
    answer = client.post(f"{url}{flag.pk}/test_evaluation/", {"distinct_id": "user_1"}).json()
    first, second = answer.pop("conditions")
    assert answer == {
        "flag_key": "staged",
        "result": True,
        "reason": "condition_match",
        "condition_index": 1,
        "payload": "[1]",
        "person_properties": {"plan": "pro", "distinct_id": "user_1"},
        "evaluation_distinct_id": "user_1",
    }
    judged = ("matched", "properties_matched", "rollout_excluded")
    assert [first[name] for name in judged] == [False, True, True]
    judged = {"actual_value": "pro", "matched": True, "explanation": "Matched."}
    assert first["properties"] == [PRO | judged]
    assert (second["matched"], second["rollout_percentage"]) == (True, 100)


def test_trial__of_a_stored_person__is_of_their_distinct_id(client, url, pro, capture):
    capture("signed up", "user_1", **{"$set": {"plan": "pro"}})
    uuid = str(Person.objects.get(distinct_id="user_1").uuid)
    answer = client.post(f"{url}{pro.pk}/test_evaluation/", {"person_id": uuid}).json()
    assert answer["result"] is True
    assert answer["evaluation_distinct_id"] is None
    assert answer["person_properties"] == {"plan": "pro"}


def test_trial__continuous_flag__names_the_distinct_id_that_was_sent(client, url, sdk, project):
    flag = factories.make_flag(project, "checkout-redesign", ensure_experience_continuity=True)
    sdk.values("user_3", **{"$anon_distinct_id": "user_1"})
    answer = client.post(f"{url}{flag.pk}/test_evaluation/", {"distinct_id": "user_3"}).json()
    assert (answer["result"], answer["evaluation_distinct_id"]) == ("control", "user_3")


def test_trial__any_filter__has_all_that_clients_read(client, url, project, ada, pro):
    cohort = factories.make_cohort(project, ada)
    asked = [
        {"key": "plan", "value": "pro"},
        {"key": "seats", "operator": "is_set", "type": "person"},
        {"key": "id", "type": "cohort", "value": cohort.pk},
        {"key": str(pro.pk), "type": "flag", "operator": "flag_evaluates_to", "value": True},
    ]
    flag = factories.make_flag(project, "asking", filters=filters(*asked))
    answer = client.post(f"{url}{flag.pk}/test_evaluation/", {"distinct_id": "u"}).json()
    [condition] = answer["conditions"]
    names = ("key", "operator", "value", "type", "actual_value", "matched")
    assert [tuple(each[name] for name in names) for each in condition["properties"]] == [
        ("plan", "exact", "pro", "person", None, False),
        ("seats", "is_set", None, "person", None, False),
        ("id", "in", cohort.pk, "cohort", None, False),
        (str(pro.pk), "flag_evaluates_to", True, "flag", False, False),
    ]
    told = [each["explanation"] for each in condition["properties"]]
    missing = "Not matched: there is no value."
    assert told == [missing, missing, "Not matched.", "Not matched."]


def test_trial__group_of_a_condition__is_what_its_property_is_of(client, url, project, capture):
    wanted = {"key": "tier", "value": "gold", "type": "group", "group_type_index": 0}
    documents = filters(wanted, aggregation_group_type_index=0, rollout_percentage=None)
    flag = factories.make_flag(project, "gold", filters=documents)
    group = {"$group_type": "company", "$group_key": "acme", "$group_set": {"tier": "silver"}}
    capture("$groupidentify", "user_1", **group)
    body = {"distinct_id": "user_1", "groups": {"company": "acme"}}
    [condition] = client.post(f"{url}{flag.pk}/test_evaluation/", body).json()["conditions"]
    assert condition["properties"][0]["actual_value"] == "silver"
    assert condition["rollout_percentage"] == 100


@pytest.mark.parametrize("archived", [False, True])
def test_trial__flag_that_is_off__says_so(client, url, project, archived):
    flag = factories.make_flag(project, "off", active=False, archived=archived)
    answer = client.post(f"{url}{flag.pk}/test_evaluation/", {"distinct_id": "u"}).json()
    assert (answer["result"], answer["reason"]) == (False, "flag_disabled")


@pytest.mark.parametrize("distinct_id", [" user_1 ", ""])
def test_trial__any_distinct_id__is_of_whom_flags_answers(client, url, sdk, checkout, distinct_id):
    answer = client.post(f"{url}{checkout.pk}/test_evaluation/", {"distinct_id": distinct_id})
    assert answer.json()["person_properties"] == {"distinct_id": distinct_id}
    assert answer.json()["result"] == sdk.values(distinct_id)["checkout-redesign"]


@in_one_test(
    ("body", "attr"),
    [
        ({}, None),
        ({"distinct_id": "u", "person_id": "00000000-0000-0000-0000-000000000000"}, None),
        ({"person_id": "x"}, "person_id"),
        ({"distinct_id": "u", "timestamp": "2026-01-01T00:00:00Z"}, "timestamp"),
    ],
    ids=range(4),
)
def test_trial__of_nobody__refused(client, url, pro, body, attr):
    assert_invalid(client.post(f"{url}{pro.pk}/test_evaluation/", body), attr)


def test_trial__unknown_person_or_flag__not_found(client, url, pro):
    body = {"person_id": "00000000-0000-0000-0000-000000000000"}
    assert_error(client.post(f"{url}{pro.pk}/test_evaluation/", body), 404, "not_found")
    body = {"distinct_id": "u"}
    assert_error(client.post(f"{url}{10**9}/test_evaluation/", body), 404, "not_found")
