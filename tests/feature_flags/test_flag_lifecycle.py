import pytest

from activity.models import ActivityLog
from api.conditional import etag_of
from approvals.models import ChangeRequest
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.feature_flags.encrypted import ENCRYPTED, PLACEHOLDER, filters
from tests.feature_flags.paths import flags_of, path_of

STEPS = ("enable", "disable", "archive", "unarchive")
ON, OFF, ARCHIVED = (True, False), (False, False), (False, True)
every_step = pytest.mark.parametrize("step", STEPS)


@pytest.fixture
def take(client):
    def send(flag, step, body=None, by=client, **headers):
        return by.post(f"{path_of(flag)}{step}/", body or {}, headers=headers)

    return send


@pytest.fixture
def flag_at(project):
    def make(place, key="menu", **values) -> FeatureFlag:
        active, archived = place
        return factories.make_flag(project, key, active=active, archived=archived, **values)

    return make


@pytest.fixture
def dependent(client, project, flag_at):
    """Return a flag and one that is on and depends on it."""
    needed = flag_at(ON)
    wanted = {"key": str(needed.pk), "type": "flag", "operator": "flag_evaluates_to", "value": True}
    body = {"key": "dependent", "filters": {"groups": [{"properties": [wanted]}]}}
    pk = client.post(flags_of(project), body).json()["id"]
    return needed, FeatureFlag.objects.get(pk=pk)


def rows() -> list[dict]:
    return [
        row
        for model in (FeatureFlag, ActivityLog, ChangeRequest)
        for row in model.objects.order_by("pk").values()
    ]


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        ("enable", OFF, ON),
        ("disable", ON, OFF),
        ("archive", ON, ARCHIVED),
        ("archive", OFF, ARCHIVED),
        ("unarchive", ARCHIVED, OFF),
    ],
    ids=str,
)
def test_flag_step__possible__taken_and_told(take, flag_at, ada, step, before, after):
    flag = flag_at(before)
    kept = flag.filters

    response = take(flag, step)

    assert response.status_code == 200
    body = response.json()
    assert ((body["active"], body["archived"]), body["version"]) == (after, 2)
    flag.refresh_from_db()
    assert ((flag.active, flag.archived), flag.version, flag.filters) == (after, 2, kept)
    assert flag.last_modified_by == ada
    changed = {
        name
        for name, was, now in zip(("active", "archived"), before, after, strict=True)
        if was != now
    }
    entry = ActivityLog.objects.get()
    assert {each["field"] for each in entry.detail["changes"]} == changed | {"version"}


@pytest.mark.parametrize(
    ("step", "place"),
    [
        *(("enable", ON), ("disable", OFF), ("disable", ARCHIVED)),
        *(("archive", ARCHIVED), ("unarchive", OFF), ("unarchive", ON)),
    ],
    ids=str,
)
def test_flag_step__there_already__nothing_written(take, flag_at, step, place):
    flag = flag_at(place)
    before = rows()

    response = take(flag, step)

    assert (response.status_code, response.json()["version"]) == (200, 1)
    assert rows() == before


@pytest.mark.parametrize(
    "body", [{"version": 7, "original_flag": {"active": 3}}, {"active": "x", "filters": 1}, [1]]
)
def test_flag_step__body__ignored(take, flag_at, body):
    response = take(flag_at(OFF), "enable", body)

    assert (response.status_code, response.json()["active"]) == (200, True)


def test_flag_step__archived_flag_enabled__refused(take, flag_at):
    flag = flag_at(ARCHIVED)
    before = rows()

    response = take(flag, "enable")

    assert_invalid(response, "active")
    assert "archived" in response.json()["detail"]
    assert rows() == before


@pytest.mark.parametrize("step", ["disable", "archive"])
def test_flag_step__flag_that_is_needed__refused_by_name(take, dependent, step):
    needed, _ = dependent
    before = rows()

    response = take(needed, step)

    assert_invalid(response, None)
    assert "dependent" in response.json()["detail"]
    assert rows() == before


def test_flag_step__enabled_before_what_it_needs__refused(take, dependent):
    needed, flag = dependent
    for each in (flag, needed):
        assert take(each, "disable").status_code == 200
    before = rows()

    assert_invalid(take(flag, "enable"), None)
    assert rows() == before


def test_flag_step__encrypted_payload__placeholder(take, client, session, project):
    body = ENCRYPTED | {"key": "limits", "filters": filters()}
    flag = FeatureFlag.objects.get(pk=client.post(flags_of(project), body).json()["id"])
    kept = flag.filters

    shown = take(flag, "disable").json()

    assert shown["filters"]["payloads"] == {"true": PLACEHOLDER}
    flag.refresh_from_db()
    assert flag.filters == kept


@every_step
def test_flag_step__key_that_only_reads__refused(take, flag_at, grace, step):
    reader = DocumentedClient(factories.make_key(grace, "feature_flag:read"))

    assert_error(take(flag_at(OFF), step, by=reader), 403, "permission_denied")


@every_step
def test_flag_step__foreign_project__refused(take, flag_at, outsider, step):
    flag = flag_at(OFF)
    before = rows()

    assert_error(take(flag, step, by=outsider), 403, "permission_denied")
    assert rows() == before


def test_flag_step__flag_of_another_project__not_found(client, project, foreign_project):
    foreign = factories.make_flag(foreign_project)

    response = client.post(f"{flags_of(project)}{foreign.pk}/enable/")

    assert response.status_code == 404


def test_flag_step__outdated_etag__refused(take, client, flag_at):
    flag = flag_at(OFF)
    stale = etag_of(client.get(path_of(flag)).content)
    client.patch(path_of(flag), {"name": "Menu"})

    response = take(flag, "enable", None, **{"If-Match": stale})

    assert_error(response, 412, "precondition_failed")


def test_flag_step__repeated_with_its_key__answered_alike(take, flag_at):
    flag = flag_at(OFF)
    first, second = (take(flag, "enable", None, **{"Idempotency-Key": "a"}) for _ in range(2))

    assert first.json() == second.json()
    assert ActivityLog.objects.count() == 1


@pytest.mark.parametrize(
    ("place", "sent", "after"),
    [
        (ON, {"archived": True}, ARCHIVED),
        (OFF, {"archived": True}, ARCHIVED),
        (ON, {"archived": True, "active": False}, ARCHIVED),
        (ARCHIVED, {"archived": False}, OFF),
        (ARCHIVED, {"archived": False, "active": True}, ON),
    ],
    ids=str,
)
def test_update_flag__archived__off_as_well(client, flag_at, place, sent, after):
    flag = flag_at(place)

    body = client.patch(path_of(flag), sent).json()

    assert (body["active"], body["archived"]) == after


@pytest.mark.parametrize("place", [ON, OFF], ids=str)
def test_update_flag__archived_and_on__refused(client, flag_at, place):
    flag = flag_at(place)
    before = rows()

    assert_invalid(client.patch(path_of(flag), {"archived": True, "active": True}), "active")
    assert rows() == before


def test_update_flag__archived_one_switched_on__refused(client, flag_at):
    assert_invalid(client.patch(path_of(flag_at(ARCHIVED)), {"active": True}), "active")


def test_update_flag__archived_one_renamed__stays_archived(client, flag_at):
    body = client.patch(path_of(flag_at(ARCHIVED)), {"name": "Menu"}).json()

    assert (body["name"], body["active"], body["archived"]) == ("Menu", False, True)


@pytest.mark.parametrize("value", [None, "maybe", [], {}], ids=repr)
def test_update_flag__archived_is_no_boolean__refused(client, flag_at, value):
    response = client.patch(path_of(flag_at(OFF)), {"archived": value})

    assert (response.status_code, response.json()["attr"]) == (400, "archived")


def test_create_flag__archived__off(client, project):
    body = client.post(flags_of(project), {"key": "menu", "archived": True}).json()

    assert (body["active"], body["archived"], body["status"]) == (False, True, "ARCHIVED")


def test_create_flag__archived_and_on__refused(client, project):
    body = {"key": "menu", "archived": True, "active": True}

    assert_invalid(client.post(flags_of(project), body), "active")
    assert FeatureFlag.objects.count() == 0


def test_bulk_delete__archived_ones__only_those(client, project, flag_at):
    flag_at(OFF, "kept")
    old = flag_at(ARCHIVED, "old")

    body = client.post(f"{flags_of(project)}bulk_delete/", {"filters": {"archived": True}}).json()

    assert [each["id"] for each in body["deleted"]] == [old.pk]
