from uuid import UUID, uuid4

import pytest
from django.utils.dateparse import parse_datetime

from activity.models import ActivityLog
from tests import factories
from tests.activity.history import entries, log
from tests.assertions import assert_error, assert_invalid
from tests.looping import in_one_test
from users.models import User

MEMBERS = [
    "id",
    "user",
    "unread",
    "team_id",
    "organization_id",
    "was_impersonated",
    "is_system",
    "client",
    "activity",
    "item_id",
    "scope",
    "detail",
    "created_at",
]


def ids(response):
    assert response.status_code == 200, response.content
    return [UUID(row["id"]) for row in response.json()["results"]]


def newest_first(project):
    return [entry.pk for entry in reversed(entries(project))]


@pytest.fixture
def holdouts(project, ada):
    return [factories.make_holdout(project, ada, name=f"Holdout {n}") for n in range(5)]


def test_list_activity_log__one_change__told_whole(historian, client, project, ada, holdout):
    client.patch(
        f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/",
        {"description": "Kept out"},
        headers={"X-PostHog-Client": "mcp"},
    )

    response = historian.get(log(project))

    assert response.status_code == 200
    assert list(response.json()) == ["next", "previous", "results"]
    row, entry = response.json()["results"][0], entries(project)[-1]
    assert list(row) == MEMBERS
    assert row | {"user": None, "detail": None, "created_at": None} == {
        "id": str(entry.pk),
        "user": None,
        "unread": False,
        "team_id": project.pk,
        "organization_id": str(project.organization_id),
        "was_impersonated": False,
        "is_system": False,
        "client": "mcp",
        "activity": "updated",
        "item_id": str(holdout.pk),
        "scope": "Experiment",
        "detail": None,
        "created_at": None,
    }
    assert parse_datetime(row["created_at"]) == entry.created_at
    assert UUID(row["id"]).version == 7


def test_list_activity_log__user__shown_as_everywhere(historian, project, ada, holdout):
    (row,) = historian.get(log(project)).json()["results"]

    assert row["user"] == {
        "id": ada.pk,
        "uuid": str(ada.uuid),
        "distinct_id": ada.distinct_id,
        "first_name": "",
        "last_name": "",
        "email": "ada@example.com",
        "is_email_verified": None,
        "hedgehog_config": None,
        "role_at_organization": None,
    }


def test_list_activity_log__detail__members_in_order(historian, client, project, holdout):
    url = f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/"
    client.patch(url, {"description": "Kept out"})

    detail = historian.get(log(project)).json()["results"][0]["detail"]

    assert detail == {
        "name": "Holdout",
        "short_id": None,
        "type": "holdout",
        "trigger": None,
        "changes": [
            {
                "type": "ExperimentHoldout",
                "action": "created",
                "field": "description",
                "before": None,
                "after": "Kept out",
            }
        ],
    }
    assert list(detail) == ["name", "short_id", "type", "trigger", "changes"]
    assert list(detail["changes"][0]) == ["type", "action", "field", "before", "after"]


def test_list_activity_log__nothing_happened__empty(historian, project):
    response = historian.get(log(project))

    assert response.json() == {"next": None, "previous": None, "results": []}


@pytest.mark.usefixtures("saved_metric", "running_experiment")
def test_list_activity_log__several_resources__newest_first(historian, project):
    response = historian.get(log(project))

    assert ids(response) == newest_first(project)
    rows = response.json()["results"]
    assert [(row["scope"], row["detail"]["type"]) for row in rows] == [
        ("Experiment", None),
        ("FeatureFlag", None),
        ("Experiment", "holdout"),
        ("Experiment", "shared_metric"),
    ]


@in_one_test(
    ("query", "shown"),
    [
        ("scope=FeatureFlag", {"flag"}),
        ("scope=Experiment", {"experiment", "holdout", "metric"}),
        ("scope=Insight", set()),
        ("scopes=FeatureFlag,Insight", {"flag"}),
        ("scopes=Experiment,%20FeatureFlag", {"experiment", "holdout", "metric", "flag"}),
        ("scope=Experiment&scopes=FeatureFlag", set()),
        ("item_id=nothing", set()),
        ("scope=&scopes=&item_id=&user=", {"experiment", "holdout", "metric", "flag"}),
    ],
)
@pytest.mark.usefixtures("saved_metric", "running_experiment")
def test_list_activity_log__narrowed__only_what_was_asked_for(historian, project, query, shown):
    rows = historian.get(f"{log(project)}?{query}").json()["results"]

    kinds = {"shared_metric": "metric", "holdout": "holdout", None: None}
    told = {kinds[row["detail"]["type"]] or row["scope"] for row in rows}
    names = {"Experiment": "experiment", "FeatureFlag": "flag"}
    assert {names.get(kind, kind) for kind in told} == shown


def test_list_activity_log__item_id__only_that_one(historian, project, holdouts):
    response = historian.get(f"{log(project)}?scope=Experiment&item_id={holdouts[2].pk}")

    assert [row["detail"]["name"] for row in response.json()["results"]] == ["Holdout 2"]


def test_list_activity_log__user__only_theirs(historian, project, ada, grace):
    factories.make_holdout(project, ada, name="Ada's")
    factories.make_holdout(project, grace, name="Grace's")

    response = historian.get(f"{log(project)}?user={grace.uuid}")

    assert [row["detail"]["name"] for row in response.json()["results"]] == ["Grace's"]
    assert historian.get(f"{log(project)}?user={uuid4()}").json()["results"] == []


@in_one_test("user", ["ada", "1", "0190c0de-0000-7000-8000-00000000000", "%00"])
def test_list_activity_log__user_is_no_uuid__refused(historian, project, user):
    assert_invalid(historian.get(f"{log(project)}?user={user}"), "user")


@in_one_test("name", ["scope", "scopes", "item_id"])
def test_list_activity_log__null_character__refused(historian, project, name):
    response = historian.get(f"{log(project)}?{name}=a%00b")

    assert_invalid(response, name, "null_characters_not_allowed")


def test_list_activity_log__by_the_system__no_user(historian, project, holdout):
    ActivityLog.objects.update(user=None, is_system=True)

    (row,) = historian.get(log(project)).json()["results"]

    assert (row["user"], row["is_system"]) == (None, True)


def test_list_activity_log__user_deleted_since__entry_stays(historian, project, grace, mallory):
    factories.make_holdout(project, mallory)

    User.objects.get(pk=mallory.pk).delete()

    (row,) = historian.get(log(project)).json()["results"]
    assert (row["user"], row["is_system"]) == (None, False)


def test_list_activity_log__another_projects_entries__not_seen(
    historian, outsider, project, foreign_project, mallory
):
    factories.make_holdout(foreign_project, mallory)

    assert historian.get(log(project)).json()["results"] == []
    assert len(outsider.get(log(foreign_project)).json()["results"]) == 1


def test_list_activity_log__environments__same_answer(historian, project, holdout):
    alias = log(project).replace("/projects/", "/environments/")

    assert historian.get(alias).json() == historian.get(log(project)).json()


@pytest.mark.usefixtures("_no_response_cache")
@pytest.mark.parametrize("query", ["", "?page=1"])
def test_list_activity_log__more_rows__same_queries(
    historian, project, ada, grace, django_assert_num_queries, query
):
    factories.make_holdout(project, ada)
    historian.get(log(project))  # the first use of a key is noted
    expected = 3 if query else 2
    with django_assert_num_queries(expected):
        historian.get(log(project) + query)
    for actor in (ada, grace, ada, grace):
        factories.make_holdout(project, actor)
    with django_assert_num_queries(expected):
        historian.get(log(project) + query)


def test_list_activity_log__session__may_read(session, project, holdout):
    assert len(ids(session.get(log(project)))) == 1


@in_one_test("method", ["post", "put", "patch", "delete"])
def test_list_activity_log__other_method__not_allowed(session, project, method):
    response = getattr(session, method)(log(project), {})

    assert response.status_code in (403, 405)


def test_list_activity_log__no_key__not_authenticated(anonymous, project):
    assert_error(anonymous.get(log(project)), 401, "not_authenticated")


def test_list_activity_log__key_without_the_scope__forbidden(writer, project):
    assert_error(writer.get(log(project)), 403, "permission_denied")


def test_list_activity_log__not_a_member__forbidden(outsider, project):
    assert_error(outsider.get(log(project)), 403, "permission_denied")


def test_list_activity_log__unknown_project__not_found(historian):
    assert_error(historian.get("/api/projects/999999/activity_log/"), 404, "not_found")
