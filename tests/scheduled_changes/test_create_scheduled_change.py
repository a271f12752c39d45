import pytest

from activity.models import ActivityLog
from scheduled_changes.models import ScheduledChange
from tenants.models import AccessControl, Project
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.factories import TWO_VARIANTS
from tests.feature_flags.encrypted import ENCRYPTED, filters
from tests.scheduled_changes.conftest import DUE
from tests.scheduled_changes.paths import changes_of

FIELDS = [
    *("id", "team_id", "record_id", "model_name", "payload", "scheduled_at", "executed_at"),
    *("failure_reason", "created_at", "created_by", "updated_at", "is_recurring"),
    *("recurrence_interval", "cron_expression", "last_executed_at", "end_date", "timezone"),
]
GROUP = {"properties": [], "rollout_percentage": 20}
CONDITION = {"operation": "add_release_condition", "value": {"groups": [GROUP]}}
VARIANTS = {"operation": "update_variants", "value": {"variants": TWO_VARIANTS}}
DAILY = {"is_recurring": True, "recurrence_interval": "daily"}
EARLIER = "2031-01-31T09:00:00Z"


@pytest.fixture
def post(client, project, body):
    return lambda by=client, **values: by.post(changes_of(project), body | values)


def test_create__one_time__shown_with_every_field_in_order(post, project, flag, body, ada):
    Project.objects.update(timezone="Europe/Berlin")

    response = post()

    assert response.status_code == 201
    shown = response.json()
    assert list(shown) == FIELDS
    assert {name: shown[name] for name in body} == body | {"scheduled_at": EARLIER}
    assert (shown["team_id"], shown["created_by"]["id"]) == (project.pk, ada.pk)
    assert (shown["is_recurring"], shown["timezone"]) == (False, "Europe/Berlin")
    empty = ("executed_at", "failure_reason", "recurrence_interval", "cron_expression")
    assert {shown[name] for name in (*empty, "last_executed_at", "end_date")} == {None}
    change = ScheduledChange.objects.get()
    assert (change.flag, change.scheduled_at, change.acts_as) == (flag, DUE, ada)


@pytest.mark.parametrize("payload", [CONDITION, VARIANTS], ids=str)
def test_create__other_operation__kept_as_sent(post, payload):
    assert post(payload=payload).json()["payload"] == payload


@pytest.mark.parametrize(
    "recurring",
    [
        DAILY,
        {"is_recurring": True, "cron_expression": "0 9 * * 1-5"},
        DAILY | {"end_date": "2032-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_create__recurring__kept(post, recurring):
    shown = post(**recurring).json()

    assert {name: shown[name] for name in recurring} == recurring


def test_create__leading_zeros__id_as_it_is(post, flag):
    assert post(record_id=f"00{flag.pk}").json()["record_id"] == str(flag.pk)


def test_create__environments__the_same(client, project, body):
    path = changes_of(project).replace("projects", "environments")

    assert client.post(path, body).status_code == 201


def test_create__change__told_in_the_history_of_flags(post, client, project, flag):
    post()

    entry = ActivityLog.objects.get(subject="ScheduledChange")
    assert (entry.scope, entry.activity, entry.item_id) == ("FeatureFlag", "created", str(flag.pk))
    assert (entry.detail["name"], entry.detail["type"]) == ("menu", "scheduled_change")


@pytest.mark.parametrize("record_id", ["999999", "first", "-1", "1.0", "0", "9" * 40, "²"])
def test_create__no_such_flag__refused(post, record_id):
    response = post(record_id=record_id)

    assert (response.status_code, response.json()["attr"]) == (400, None)
    assert ScheduledChange.objects.count() == 0


def test_create__foreign_flag__refused(post, foreign_project):
    foreign = factories.make_flag(foreign_project)

    response = post(record_id=str(foreign.pk))

    assert (response.status_code, response.json()["attr"]) == (400, None)


@pytest.mark.parametrize("level", ["viewer", "none"])
def test_create__flag_that_one_may_not_change__refused(post, project, flag, grace, level):
    AccessControl.objects.create(
        project=project, resource="feature_flag", resource_id=str(flag.pk), access_level=level
    )
    writer = DocumentedClient(factories.make_key(grace))

    response = post(by=writer)

    assert (response.status_code, response.json()["attr"]) == (400, None)
    assert ScheduledChange.objects.count() == 0


def test_create__flag_that_one_may_change_alone__taken(post, project, flag, grace):
    member = grace.memberships.get()
    for row in (
        {"resource_id": None, "access_level": "viewer"},
        {"resource_id": str(flag.pk), "access_level": "editor", "organization_member": member},
    ):
        AccessControl.objects.create(project=project, resource="feature_flag", **row)

    assert post(by=DocumentedClient(factories.make_key(grace))).status_code == 201


@pytest.mark.parametrize(
    ("values", "attr"),
    [
        (DAILY | {"cron_expression": "0 9 * * *"}, "cron_expression"),
        ({"is_recurring": True, "cron_expression": "0 9 * *"}, "cron_expression"),
        ({"is_recurring": True, "cron_expression": "0 9 * * * *"}, "cron_expression"),
        ({"is_recurring": True, "cron_expression": "61 9 * * *"}, "cron_expression"),
        ({"is_recurring": True, "cron_expression": "0 0 30 2 *"}, "cron_expression"),
        ({"is_recurring": True, "cron_expression": "@daily"}, "cron_expression"),
        ({"is_recurring": True, "cron_expression": "0 9 * * ²"}, "cron_expression"),
        ({"is_recurring": True, "cron_expression": "*" * 101}, "cron_expression"),
        ({"is_recurring": True}, "recurrence_interval"),
        ({"is_recurring": True, "recurrence_interval": "hourly"}, "recurrence_interval"),
        (DAILY | {"payload": CONDITION}, "payload"),
        ({"recurrence_interval": "daily"}, "recurrence_interval"),
        ({"cron_expression": "0 9 * * *"}, "cron_expression"),
        ({"end_date": EARLIER}, "end_date"),
        (DAILY | {"end_date": "2031-01-31T08:59:59Z"}, "end_date"),
        ({"is_recurring": "often"}, "is_recurring"),
        ({"scheduled_at": "tomorrow"}, "scheduled_at"),
        ({"scheduled_at": None}, "scheduled_at"),
        ({"scheduled_at": "9999-12-31T23:59:59-23:00"}, "scheduled_at"),
        ({"model_name": "Experiment"}, "model_name"),
        ({"record_id": "9" * 201}, "record_id"),
        ({"record_id": []}, "record_id"),
        ({"payload": None}, "payload"),
        ({"payload": []}, "payload"),
        ({"payload": {}}, "payload"),
        ({"payload": {"operation": "delete", "value": True}}, "payload"),
        ({"payload": {"operation": ["update_status"], "value": True}}, "payload"),
        ({"payload": {"operation": "update_status"}}, "payload"),
        ({"payload": {"operation": "update_status", "value": "true"}}, "payload"),
        ({"payload": {"operation": "update_status", "value": 1}}, "payload"),
        ({"payload": {"operation": "update_status", "value": True, "more": 1}}, "payload"),
        ({"payload": {"operation": "add_release_condition", "value": True}}, "payload"),
        ({"payload": {"operation": "add_release_condition", "value": {}}}, "payload"),
        ({"payload": {"operation": "add_release_condition", "value": {"groups": []}}}, "payload"),
        ({"payload": {"operation": "add_release_condition", "value": {"groups": [1]}}}, "payload"),
        (
            {"payload": CONDITION | {"value": {"groups": [{"rollout_percentage": 101}]}}},
            "payload",
        ),
        (
            {"payload": CONDITION | {"value": {"groups": [GROUP], "payloads": {"a": "1"}}}},
            "payload",
        ),
        ({"payload": CONDITION | {"value": {"groups": [GROUP], "payloads": 7}}}, "payload"),
        ({"payload": CONDITION | {"value": {"groups": [GROUP], "other": 7}}}, "payload"),
        ({"payload": VARIANTS | {"value": {"variants": []}}}, "payload"),
        ({"payload": VARIANTS | {"value": {"variants": [{"name": "a"}]}}}, "payload"),
        ({"payload": VARIANTS | {"value": {"variants": TWO_VARIANTS, "payloads": []}}}, "payload"),
        ({"payload": VARIANTS | {"value": {"variants": TWO_VARIANTS * 501}}}, "payload"),
    ],
    ids=lambda value: str(value)[:70],
)
def test_create__not_valid__refused_by_its_field(post, values, attr):
    response = post(**values)

    assert (response.status_code, response.json()["attr"]) == (400, attr), response.content
    assert ScheduledChange.objects.count() == 0


def test_create__variants_and_payloads_of_today__an_echo(post, flag):
    value = {"groups": [GROUP], "multivariate": flag.filters["multivariate"], "payloads": {}}

    assert post(payload=CONDITION | {"value": value}).status_code == 201


def test_create__shares_below_a_hundred__told_when_it_runs(post):
    value = {"variants": [TWO_VARIANTS[0]]}

    assert post(payload=VARIANTS | {"value": value}).status_code == 201


def test_create__secret_payloads__not_kept_in_the_clear(client, project, post):
    limits = ENCRYPTED | {"key": "limits", "filters": filters()}
    path = changes_of(project).replace("scheduled_changes", "feature_flags")
    flag_id = client.post(path, limits).json()["id"]
    value = {"variants": TWO_VARIANTS, "payloads": {"test": '"swordfish"'}}

    response = post(record_id=str(flag_id), payload=VARIANTS | {"value": value})

    assert_invalid(response, "payload")


@pytest.mark.parametrize("missing", ["record_id", "model_name", "payload", "scheduled_at"])
def test_create__part_missing__required(client, project, body, missing):
    del body[missing]

    assert_error(client.post(changes_of(project), body), 400, "required", missing)


@pytest.mark.parametrize("scope", ["feature_flag:read", "experiment:write"])
def test_create__other_scope__refused(post, grace, scope):
    writer = DocumentedClient(factories.make_key(grace, scope))

    assert_error(post(by=writer), 403, "permission_denied")


def test_create__foreign_project__refused(post, outsider):
    assert_error(post(by=outsider), 403, "permission_denied")


def test_create__repeated_with_its_key__made_once(client, project, body):
    headers = {"Idempotency-Key": "a"}
    first, second = (client.post(changes_of(project), body, headers=headers) for _ in range(2))

    assert first.json() == second.json()
    assert ScheduledChange.objects.count() == 1
