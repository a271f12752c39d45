from activity.models import ActivityLog
from cohorts.models import Cohort
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.cohorts.definitions import behavior, cohort, definition, person
from tests.looping import in_one_test


def test_create_cohort__definition__stored_and_shown(client, url, project, ada):
    filters = definition(person(), behavior(), kind="AND")
    response = client.post(url, {"name": "Pro", "description": "Who pays", "filters": filters})

    assert response.status_code == 201
    stored = Cohort.objects.get()
    assert (stored.project, stored.created_by, stored.filters) == (project, ada, filters)
    body = response.json()
    assert list(body) == [
        *("id", "name", "description", "groups", "deleted", "filters", "query", "version"),
        *("is_calculating", "created_by", "created_at", "last_calculation", "errors_calculating"),
        *("count", "is_static", "cohort_type", "experiment_set"),
    ]
    shown = {name: body[name] for name in ("name", "groups", "deleted", "filters", "query")}
    assert shown == {
        "name": "Pro",
        "groups": [],
        "deleted": False,
        "filters": filters,
        "query": None,
    }
    assert (body["cohort_type"], body["count"], body["experiment_set"]) == ("behavioral", None, [])
    assert ActivityLog.objects.get(scope="Cohort").activity == "created"


def test_create_cohort__static_with_persons__has_members(client, url, known):
    uuid = known("user_1")
    body = {"name": "Beta", "is_static": True, "_create_static_person_ids": [uuid]}
    answer = client.post(url, body).json()
    assert (answer["cohort_type"], answer["count"], answer["filters"]) == ("static", 1, {})


def test_create_cohort__of_another_cohort__person_property(make):
    inner = make()
    outer = make(cohort(inner["id"]), cohort(str(inner["id"]), operator="not_in"))
    assert outer["cohort_type"] == "person_property"


BAD = {
    "no filters": None,
    "empty": {},
    "text": "all",
    "no properties": {"properties": []},
    "no condition": definition(),
    "group without a condition": definition(person(), {"type": "OR", "values": []}),
    "bad group": {"properties": {"type": "XOR", "values": [person()]}},
    "values no list": {"properties": {"type": "OR", "values": {}}},
    "value no object": {"properties": {"type": "OR", "values": [7]}},
    "no type": definition({"key": "plan", "value": "pro"}),
    "type no text": definition({"key": "plan", "value": "pro", "type": ["person"]}),
    "unknown type": definition(person(type="group")),
    "no key": definition(person(key="")),
    "key no text": definition(person(key=7)),
    "no value": definition(person(value=None)),
    "unknown operator": definition(person(operator="near")),
    "operator of nothing": definition(person(operator=["exact"])),
    "negation is text": definition(person(negation="yes")),
    "unknown behavior": definition(behavior(value="slept")),
    "behavior is a list": definition(behavior(value=[])),
    "behavior without key": definition(behavior(key="")),
    "behavior of nothing": definition(behavior(event_type="sleep")),
    "unknown cohort": definition(cohort(10**9)),
    "no cohort": definition(cohort("x")),
    "cohort by exact": definition(cohort(1, operator="exact")),
    "too many values": definition(person(value=["x"] * 1001)),
    "too many conditions": definition(*[person()] * 1001),
    "unreadable pattern": definition(person(operator="regex", value="(?=a)")),
    "too many patterns": definition(*[person(operator="regex", value="a")] * 101),
    "too long patterns": definition(
        *[person(operator="not_regex", value="a" * 5_000 + str(number)) for number in range(2)]
    ),
}


@in_one_test("filters", BAD.values(), ids=BAD.keys())
def test_create_cohort__definition_that_says_nothing__refused(client, url, filters):
    response = client.post(url, {"name": "Pro", "filters": filters})
    assert response.status_code == 400
    assert response.json()["attr"] == "filters"
    assert not Cohort.objects.exists()


def test_create_cohort__groups_nested_too_deep__refused(client, url):
    group = {"type": "OR", "values": [person()]}
    for _ in range(20):
        group = {"type": "OR", "values": [group]}
    assert_invalid(client.post(url, {"name": "x", "filters": {"properties": group}}), "filters")


def test_create_cohort__cohorts_nested_too_deep__refused(client, url, make):
    inner = make()
    for _ in range(19):
        inner = make(cohort(inner["id"]))
    body = {"name": "x", "filters": definition(cohort(inner["id"]))}
    assert_invalid(client.post(url, body), "filters")


@in_one_test(
    ("field", "value"),
    [("groups", [{"properties": []}]), ("query", {"kind": "HogQLQuery"})],
    ids=["groups", "query"],
)
def test_create_cohort__defined_otherwise__refused(client, url, field, value):
    assert_invalid(client.post(url, {"name": "x", field: value}), field)


def test_create_cohort__persons_for_a_dynamic_one__refused(client, url, known):
    body = {"name": "x", "filters": definition(person())}
    sent = body | {"_create_static_person_ids": [known("user_1")]}
    assert_invalid(client.post(url, sent), None)
    assert not Cohort.objects.exists()


def test_create_cohort__cohort_of_another_project__refused(client, url, outsider, foreign_project):
    foreign = outsider.post(
        f"/api/projects/{foreign_project.pk}/cohorts/",
        {"name": "x", "filters": definition(person())},
    ).json()
    body = {"name": "x", "filters": definition(cohort(foreign["id"]))}
    assert_invalid(client.post(url, body), "filters")


def test_create_cohort__key_without_the_scope__forbidden(ada, url):
    reader = DocumentedClient(factories.make_key(ada, "cohort:read"))
    assert_error(reader.post(url, {"name": "x"}), 403, "permission_denied")
    assert reader.get(url).status_code == 200
