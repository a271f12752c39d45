from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.experiments.paths import collection, member

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
EVERYONE = {"properties": [], "rollout_percentage": 100}
SHOWN = {
    "id": 0,
    "name": "",
    "key": "pay",
    "filters": {},
    "deleted": False,
    "active": False,
    "archived": False,
    "created_by": None,
    "created_at": "2026-06-15T12:00:00Z",
    "updated_at": "2026-06-15T12:00:00Z",
    "version": 1,
    "last_modified_by": None,
    "ensure_experience_continuity": False,
    "experiment_set": [],
    "surveys": [],
    "features": [],
    "rollback_conditions": None,
    "performed_rollback": None,
    "can_edit": True,
    "tags": [],
    "evaluation_contexts": [],
    "usage_dashboard": None,
    "analytics_dashboards": [],
    "has_enriched_analytics": False,
    "user_access_level": "manager",
    "is_remote_configuration": False,
    "has_encrypted_payloads": False,
    "status": "ACTIVE",
    "evaluation_runtime": "all",
    "bucketing_identifier": "distinct_id",
    "last_called_at": None,
    "is_used_in_replay_settings": False,
}


def url(project) -> str:
    return f"{collection(project)}eligible_feature_flags/"


def keys(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [flag["key"] for flag in response.json()["results"]]


def filters(*variants: str, groups: tuple[dict, ...] = (EVERYONE,)) -> dict:
    shares = [100, *[0] * (len(variants) - 1)]
    served = [
        {"key": key, "rollout_percentage": share}
        for key, share in zip(variants, shares, strict=True)
    ]
    return {"groups": list(groups), "multivariate": {"variants": served}}


def test_eligible_flags__flag_of_an_experiment__shown_whole(client, project, ada, time_machine):
    time_machine.move_to(NOW, tick=False)
    experiment = factories.make_experiment(project, ada, feature_flag_key="pay")
    factories.make_experiment(project, ada, feature_flag_key="pay", deleted=True)

    response = client.get(url(project))

    assert response.status_code == 200
    assert list(response.json()) == ["results", "count"]
    assert response.json()["count"] == 1
    person = client.get(member(experiment)).json()["created_by"]
    own = {
        "id": experiment.feature_flag.pk,
        "name": experiment.feature_flag.name,
        "filters": experiment.feature_flag.filters,
        "created_by": person,
        "last_modified_by": person,
        "experiment_set": [experiment.pk],
    }
    [flag] = response.json()["results"]
    assert flag == SHOWN | own
    assert list(flag) == list(SHOWN)


def test_eligible_flags__flag_of_nobody__shown_without_people(client, project):
    factories.make_flag(project)

    [flag] = client.get(url(project)).json()["results"]

    assert (flag["created_by"], flag["last_modified_by"]) == (None, None)
    assert flag["experiment_set"] == []
    assert flag["user_access_level"] == "editor"


@pytest.mark.parametrize(
    "document",
    [
        {"groups": []},
        {"groups": [EVERYONE], "multivariate": None},
        {"groups": [EVERYONE], "multivariate": {"variants": None}},
        filters("control"),
        filters("test", "control"),
        filters("Control", "test"),
        filters("control-2", "test"),
        {"groups": [], "multivariate": {"variants": [{"rollout_percentage": 100}, {}]}},
    ],
    ids=[
        "no variants",
        "boolean",
        "null variants",
        "control alone",
        "control second",
        "other case",
        "longer key",
        "without keys",
    ],
)
def test_eligible_flags__flag_no_experiment_can_use__not_shown(client, project, document):
    factories.make_flag(project, filters=document)

    assert client.get(url(project)).json() == {"results": [], "count": 0}


@pytest.mark.parametrize("others", [["test"], ["a", "b"], ["a", "b", "control-2"]], ids=len)
def test_eligible_flags__control_first_and_others__shown(client, project, others):
    factories.make_flag(project, "checkout", filters=filters("control", *others))

    assert keys(client.get(url(project))) == ["checkout"]


def test_eligible_flags__deleted__not_shown(client, project):
    factories.make_flag(project, deleted=True)

    assert keys(client.get(url(project))) == []


def test_eligible_flags__of_another_project__not_shown(client, project, foreign_project):
    factories.make_flag(foreign_project)

    assert keys(client.get(url(project))) == []


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, "STALE"),
        ({"active": False}, "ACTIVE"),
        ({"created_at": NOW - timedelta(days=30)}, "ACTIVE"),
        ({"filters": filters("control", "test", groups=({},))}, "STALE"),
        ({"filters": filters("control", "test", groups=())}, "ACTIVE"),
        (
            {"filters": filters("control", "test", groups=({"rollout_percentage": 99}, EVERYONE))},
            "STALE",
        ),
        ({"filters": filters("control", "test", groups=({"rollout_percentage": 99},))}, "ACTIVE"),
        (
            {"filters": filters("control", "test", groups=(EVERYONE | {"properties": [{}]},))},
            "ACTIVE",
        ),
        (
            {
                "filters": {
                    "groups": [EVERYONE],
                    "multivariate": {"variants": factories.TWO_VARIANTS},
                }
            },
            "ACTIVE",
        ),
    ],
    ids=[
        "one variant for all",
        "switched off",
        "new",
        "bare group",
        "no groups",
        "second group",
        "not all",
        "some people",
        "both variants",
    ],
)
def test_eligible_flags__old_flag__status_tells_whether_it_decides(
    client, project, time_machine, values, status
):
    time_machine.move_to(NOW, tick=False)
    old = {"created_at": NOW - timedelta(days=31), "filters": filters("control", "test")}
    factories.make_flag(project, **old | values)

    [flag] = client.get(url(project)).json()["results"]

    assert flag["status"] == status


def test_flag_status__deleted__deleted(project):
    assert factories.make_flag(project, deleted=True).status_at(NOW) == "DELETED"


@pytest.mark.parametrize("prefix", ["projects", "environments"])
@pytest.mark.parametrize("end", ["/", ""])
def test_eligible_flags__other_spelling_of_the_path__same_answer(client, project, prefix, end):
    factories.make_flag(project)

    response = client.get(f"/api/{prefix}/{project.pk}/experiments/eligible_feature_flags{end}")

    assert response.json() == client.get(url(project)).json()


@pytest.mark.usefixtures("_no_response_cache")
def test_eligible_flags__more_rows__no_more_queries(client, project, ada, grace):
    factories.make_experiment(project, ada)
    client.get(url(project))
    with CaptureQueriesContext(connection) as for_one:
        client.get(url(project))

    for actor in (ada, grace, ada, grace):
        factories.make_experiment(project, actor)
    with CaptureQueriesContext(connection) as for_five:
        response = client.get(url(project))

    assert response.json()["count"] == 5
    assert len(for_five) == len(for_one)


def test_eligible_flags__key_that_only_reads_flags__shown(grace, project):
    factories.make_flag(project, "checkout")
    client = DocumentedClient(factories.make_key(grace, "feature_flag:read"))

    assert keys(client.get(url(project))) == ["checkout"]


def test_eligible_flags__key_that_only_reads_experiments__refused(reader, project):
    assert_error(reader.get(url(project)), 403, "permission_denied")


def test_eligible_flags__no_key__refused(anonymous, project):
    assert_error(anonymous.get(url(project)), 401, "not_authenticated")


def test_eligible_flags__foreign_project__refused(outsider, project):
    assert_error(outsider.get(url(project)), 403, "permission_denied")


def test_eligible_flags__unknown_project__not_found(client):
    assert_error(client.get(url(987654)), 404, "not_found")
