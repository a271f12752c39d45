import pytest
from rest_framework.response import Response

from activity.models import ActivityLog
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.factories import TWO_VARIANTS
from tests.feature_flags.paths import flags_of, path_of

EVERYONE = {"properties": [], "rollout_percentage": 100}
SOME = {"properties": [], "rollout_percentage": 20}
NOBODY = {"properties": [], "rollout_percentage": 0}
SHIPPED = {
    "variants": [
        {"key": "control", "rollout_percentage": 0},
        {"key": "test", "rollout_percentage": 100},
    ]
}


@pytest.fixture
def delete(client, project):
    return lambda by=client, **body: by.post(f"{flags_of(project)}bulk_delete/", body)


@pytest.fixture
def flags(project):
    return [factories.make_flag(project, key) for key in ("one", "two", "three")]


def deleted_keys(response: Response) -> list[str]:
    assert response.status_code == 200, response.content
    return [flag["key"] for flag in response.json()["deleted"]]


def live_keys() -> set[str]:
    return set(FeatureFlag.objects.filter(deleted=False).values_list("key", flat=True))


def make_dependent(client, project, needed, key="dependent") -> FeatureFlag:
    wanted = {"key": str(needed.pk), "type": "flag", "operator": "flag_evaluates_to", "value": True}
    filters = {"groups": [{"properties": [wanted]}]}
    response = client.post(flags_of(project), {"key": key, "filters": filters})
    return FeatureFlag.objects.get(pk=response.json()["id"])


def test_bulk_delete__ids__those_deleted_in_their_order(delete, flags):
    one, _two, three = flags

    response = delete(ids=[three.pk, str(one.pk), three.pk])

    assert response.status_code == 200
    told = {"rollout_state": "partial", "active_variant": None}
    assert response.json() == {
        "deleted": [{"id": three.pk, "key": "three", **told}, {"id": one.pk, "key": "one", **told}],
        "errors": [],
    }
    assert live_keys() == {"two"}


def test_bulk_delete__any__as_a_patch_does_it(delete, client, flags, ada):
    one, two, _three = flags
    client.patch(path_of(one), {"deleted": True})

    delete(ids=[two.pk])

    def written(flag: FeatureFlag) -> dict:
        [row] = FeatureFlag.objects.filter(pk=flag.pk).values("deleted", "version", "active")
        [entry] = ActivityLog.objects.filter(item_id=flag.pk).values("activity", "detail", "user")
        return row | entry | {"detail": entry["detail"]["changes"]}

    assert written(two) == written(one)
    assert (written(two)["deleted"], written(two)["user"]) == (True, ada.pk)


def test_bulk_delete__filters__those_that_the_list_shows(delete, client, project, flags):
    factories.make_flag(project, "old-one", deleted=True)
    listed = client.get(flags_of(project), {"search": "o"}).json()["results"]

    response = delete(filters={"search": "o"})

    assert deleted_keys(response) == [flag["key"] for flag in listed] == ["two", "one"]
    assert live_keys() == {"three"}


@pytest.mark.parametrize(
    "filters",
    [
        {"active": False},
        {"active": "FALSE"},
        {"created_by_id": "{ada}"},
        {"created_by_id": ["{ada}", 9]},
        {"type": "boolean"},
        {"evaluation_runtime": "server"},
        {"excluded_properties": ["one", "two", "three"]},
        {"tags": ["q3"]},
        {"tags": '["Q3"]'},
        {"excluded_tags": ["q4"], "archived": False, "search": "MENU"},
        {"has_evaluation_contexts": True},
        {"has_evaluation_tags": "yes"},
    ],
    ids=str,
)
def test_bulk_delete__any_filter_as_text_or_json__its_flags(delete, project, ada, flags, filters):
    factories.make_flag(
        project,
        "menu",
        active=False,
        created_by=ada,
        filters={"groups": [EVERYONE]},
        evaluation_runtime="server",
        tags=["q3"],
        evaluation_contexts=["web"],
    )
    text = {"{ada}": ada.pk}
    filters = {
        name: [text.get(part, part) for part in value]
        if isinstance(value, list)
        else text.get(value, value)
        for name, value in filters.items()
    }

    assert deleted_keys(delete(filters=filters)) == ["menu"]


def test_bulk_delete__stale_ones__their_flags(delete, project, flags):
    created_at, filters = "2020-01-01T00:00:00Z", {"groups": [EVERYONE]}
    factories.make_flag(project, "old", created_at=created_at, filters=filters)

    assert deleted_keys(delete(filters={"active": "STALE"})) == ["old"]


def test_bulk_delete__filters_that_find_none__nothing_done(delete, flags):
    response = delete(filters={"search": "nowhere", "archived": True})

    assert response.json() == {"deleted": [], "errors": []}


@pytest.mark.parametrize(
    ("groups", "values", "told"),
    [
        ([EVERYONE], {}, ("fully_rolled_out", None)),
        ([EVERYONE], {"multivariate": SHIPPED}, ("fully_rolled_out", "test")),
        (
            [EVERYONE | {"variant": "control"}],
            {"multivariate": SHIPPED},
            ("fully_rolled_out", "control"),
        ),
        ([EVERYONE], {"multivariate": {"variants": TWO_VARIANTS}}, ("partial", None)),
        ([NOBODY, SOME], {"multivariate": SHIPPED}, ("partial", None)),
        ([NOBODY, NOBODY], {"multivariate": SHIPPED}, ("not_rolled_out", None)),
        ([], {}, ("not_rolled_out", None)),
    ],
    ids=str,
)
def test_bulk_delete__any_rollout__told(delete, project, groups, values, told):
    flag = factories.make_flag(project, filters={"groups": groups} | values)

    [deleted] = delete(ids=[flag.pk]).json()["deleted"]

    assert (deleted["rollout_state"], deleted["active_variant"]) == told


def test_bulk_delete__switched_off__rolled_out_to_nobody(delete, project):
    filters = {"groups": [EVERYONE], "multivariate": SHIPPED}
    flag = factories.make_flag(project, filters=filters, active=False)

    [deleted] = delete(ids=[flag.pk]).json()["deleted"]

    assert (deleted["rollout_state"], deleted["active_variant"]) == ("not_rolled_out", None)


def test_bulk_delete__experiment_on_one__told_and_the_others_deleted(delete, flags, experiment):
    used = experiment.feature_flag

    body = delete(ids=[used.pk, flags[0].pk]).json()

    assert [flag["id"] for flag in body["deleted"]] == [flags[0].pk]
    [error] = body["errors"]
    assert (error["id"], error["key"]) == (used.pk, used.key)
    assert f"Checkout ({experiment.pk})" in error["reason"]
    used.refresh_from_db()
    assert (used.deleted, used.version) == (False, 1)


def test_bulk_delete__deleted_experiment_on_it__renamed_and_told_by_its_key(
    delete, ada, experiment
):
    factories.change_experiment(experiment, ada, deleted=True)
    flag = experiment.feature_flag

    response = delete(ids=[flag.pk])

    assert deleted_keys(response) == [flag.key]
    assert FeatureFlag.objects.get().key == f"{flag.key}:deleted:{flag.pk}"


def test_bulk_delete__other_flag_depends_on_it__refused(delete, client, project, flags):
    make_dependent(client, project, flags[0])

    [error] = delete(ids=[flags[0].pk]).json()["errors"]

    assert "dependent (" in error["reason"]
    assert "one" in live_keys()


def test_bulk_delete__together_with_what_depends_on_it__both_deleted(
    delete, client, project, flags
):
    middle = make_dependent(client, project, flags[0], "middle")
    last = make_dependent(client, project, middle, "last")

    response = delete(ids=[flags[0].pk, middle.pk, last.pk])

    assert deleted_keys(response) == ["one", "middle", "last"]


def test_bulk_delete__what_depends_on_it_is_refused__refused_too(delete, client, project, ada):
    needed = factories.make_flag(project)
    variants = {"multivariate": {"variants": TWO_VARIANTS}}
    used = make_dependent(client, project, needed)
    client.patch(path_of(used), {"filters": used.filters | variants})
    factories.make_experiment(project, ada, feature_flag_key=used.key)

    body = delete(ids=[needed.pk, used.pk]).json()

    assert body["deleted"] == []
    assert [error["id"] for error in body["errors"]] == [needed.pk, used.pk]


def test_bulk_delete__unknown_and_foreign_ids__told_without_a_key(delete, flags, foreign_project):
    foreign = factories.make_flag(foreign_project)

    body = delete(ids=[10**17, flags[0].pk, foreign.pk]).json()

    assert [flag["key"] for flag in body["deleted"]] == ["one"]
    assert [(error["id"], "key" in error) for error in body["errors"]] == [
        (10**17, False),
        (foreign.pk, False),
    ]
    foreign.refresh_from_db()
    assert not foreign.deleted


def test_bulk_delete__deleted_already__told_and_left_as_it_is(delete, project):
    flag = factories.make_flag(project, "old", deleted=True)

    body = delete(ids=[flag.pk]).json()

    assert body["deleted"] == []
    assert body["errors"][0]["key"] == "old"
    flag.refresh_from_db()
    assert flag.version == 1


@pytest.mark.usefixtures("_no_response_cache")
@pytest.mark.parametrize("number", [1, 5])
def test_bulk_delete__any_number__same_number_of_queries(
    delete, project, number, django_assert_num_queries
):
    ids = [factories.make_flag(project).pk for _ in range(number)]

    with django_assert_num_queries(15):
        delete(ids=ids)


def test_bulk_delete__with_an_idempotency_key__answered_again(client, project, flags):
    url, headers = f"{flags_of(project)}bulk_delete/", {"Idempotency-Key": "a"}
    first, second = (client.post(url, {"ids": [flags[0].pk]}, headers=headers) for _ in range(2))

    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert deleted_keys(second) == ["one"]


def test_bulk_delete__key_that_may_only_read__refused(delete, ada, flags):
    reading = DocumentedClient(factories.make_key(ada, "feature_flag:read"))

    assert_error(delete(by=reading, ids=[flags[0].pk]), 403, "permission_denied")
    assert len(live_keys()) == 3


def test_bulk_delete__key_that_may_write__enough(delete, ada, flags):
    writing = DocumentedClient(factories.make_key(ada, "feature_flag:write"))

    assert deleted_keys(delete(by=writing, ids=[flags[0].pk])) == ["one"]


def test_bulk_delete__nobody_and_outsiders__refused(delete, anonymous, outsider, flags):
    assert_error(delete(by=anonymous, ids=[flags[0].pk]), 401, "not_authenticated")
    assert_error(delete(by=outsider, ids=[flags[0].pk]), 403, "permission_denied")
    assert len(live_keys()) == 3
