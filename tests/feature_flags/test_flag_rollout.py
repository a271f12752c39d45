import pytest

from activity.models import ActivityLog
from approvals.models import ChangeRequest
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.factories import TWO_VARIANTS
from tests.feature_flags.encrypted import ENCRYPTED, PLACEHOLDER, filters
from tests.feature_flags.paths import flags_of, path_of

OF_PRO = {"key": "plan", "type": "person", "operator": "exact", "value": "pro"}
NARROW = {"properties": [OF_PRO], "rollout_percentage": 20, "description": "Pro"}
OTHERS = {"properties": [], "rollout_percentage": 5}
EVERYONE = {
    "properties": [],
    "rollout_percentage": 100,
    "aggregation_group_type_index": None,
}


@pytest.fixture
def set_share(client):
    def send(flag, by=client, **body):
        path = f"{path_of(flag)}set_release_condition_rollout/"
        return by.post(path, {"condition_index": 0, "rollout_percentage": 40, "version": 1} | body)

    return send


@pytest.fixture
def roll_out(client):
    def send(flag, by=client, **body):
        return by.post(f"{path_of(flag)}roll_out_to_everyone/", {"version": 1} | body)

    return send


@pytest.fixture
def make(client, project):
    def create(**filters) -> FeatureFlag:
        body = {"key": "menu", "filters": {"groups": [NARROW, OTHERS]} | filters}
        response = client.post(flags_of(project), body)
        assert response.status_code == 201, response.content
        ActivityLog.objects.all().delete()
        return FeatureFlag.objects.get(pk=response.json()["id"])

    return create


def rows() -> list[dict]:
    return [
        row
        for model in (FeatureFlag, ActivityLog, ChangeRequest)
        for row in model.objects.order_by("pk").values()
    ]


def test_set_share__one_condition__changed_and_nothing_else(set_share, make):
    flag = make(multivariate={"variants": TWO_VARIANTS}, payloads={"test": "1"}, early_exit=True)
    before = flag.filters

    response = set_share(flag, condition_index=1, rollout_percentage=12.5)

    assert response.status_code == 200
    assert response.json()["version"] == 2
    flag.refresh_from_db()
    first, second = before["groups"]
    assert flag.filters == before | {"groups": [first, second | {"rollout_percentage": 12.5}]}
    assert [each["field"] for each in ActivityLog.objects.get().detail["changes"]] == [
        "filters",
        "version",
    ]


def test_set_share__as_it_is__nothing_written(set_share, make):
    flag = make()
    before = rows()

    response = set_share(flag, rollout_percentage=20)

    assert (response.status_code, response.json()["version"]) == (200, 1)
    assert rows() == before


@pytest.mark.parametrize("version", [0, 2, None])
def test_set_share__other_version__conflict(set_share, make, version):
    flag = make()
    before = rows()

    response = set_share(flag, version=version)

    assert_error(response, 409, "conflict")
    assert "version 1" in response.json()["detail"]
    assert rows() == before


def test_set_share__flag_without_version__null_is_its_version(set_share, make):
    flag = make()
    FeatureFlag.objects.update(version=None)

    response = set_share(flag, version=None)

    assert (response.status_code, response.json()["version"]) == (200, 1)


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"condition_index": 2}, "condition_index"),
        ({"condition_index": -1}, "condition_index"),
        ({"condition_index": 10**30}, "condition_index"),
        ({"condition_index": "first"}, "condition_index"),
        ({"condition_index": None}, "condition_index"),
        ({"rollout_percentage": -0.1}, "rollout_percentage"),
        ({"rollout_percentage": 100.1}, "rollout_percentage"),
        ({"rollout_percentage": True}, "rollout_percentage"),
        ({"rollout_percentage": "NaN"}, "rollout_percentage"),
        ({"rollout_percentage": None}, "rollout_percentage"),
        ({"version": "new"}, "version"),
        ({"version": 2**40}, "version"),
    ],
    ids=str,
)
def test_set_share__not_valid__refused(set_share, make, body, attr):
    flag = make()
    before = rows()

    response = set_share(flag, **body)

    assert (response.status_code, response.json()["attr"]) == (400, attr)
    assert rows() == before


@pytest.mark.parametrize("missing", ["condition_index", "rollout_percentage", "version"])
def test_set_share__part_missing__required(client, make, missing):
    body = {"condition_index": 0, "rollout_percentage": 40, "version": 1}
    del body[missing]

    response = client.post(f"{path_of(make())}set_release_condition_rollout/", body)

    assert_error(response, 400, "required", missing)


def test_set_share__flag_without_conditions__refused(set_share, project):
    flag = factories.make_flag(project, filters={"groups": []})

    assert_invalid(set_share(flag), "condition_index")


def test_set_share__remote_configuration_for_nobody__refused(set_share, client, project):
    body = ENCRYPTED | {"key": "limits", "filters": filters()}
    flag = FeatureFlag.objects.get(pk=client.post(flags_of(project), body).json()["id"])

    assert_invalid(set_share(flag, rollout_percentage=0), "rollout_percentage")


def test_set_share__encrypted_payload__kept(set_share, client, project):
    body = ENCRYPTED | {"key": "limits", "filters": filters()}
    flag = FeatureFlag.objects.get(pk=client.post(flags_of(project), body).json()["id"])
    kept = flag.filters["payloads"]

    response = set_share(flag)

    assert response.json()["filters"]["payloads"] == {"true": PLACEHOLDER}
    flag.refresh_from_db()
    assert (flag.filters["payloads"], flag.version) == (kept, 2)


def test_roll_out__boolean_flag__everyone_first(roll_out, make):
    flag = make()
    before = flag.filters

    response = roll_out(flag)

    assert response.status_code == 200
    flag.refresh_from_db()
    assert flag.filters == before | {"groups": [EVERYONE, *before["groups"]]}


def test_roll_out__variant__whole_for_it(roll_out, make):
    flag = make(multivariate={"variants": TWO_VARIANTS}, payloads={"test": "1"})
    before = flag.filters

    roll_out(flag, variant_key="test")

    flag.refresh_from_db()
    control, test = TWO_VARIANTS
    assert flag.filters == before | {
        "groups": [EVERYONE, *before["groups"]],
        "multivariate": {
            "variants": [
                control | {"rollout_percentage": 0},
                test | {"rollout_percentage": 100},
            ]
        },
    }


@pytest.mark.parametrize("variant_key", [None, "test"])
def test_roll_out__again__nothing_written(roll_out, make, variant_key):
    multivariate = {"variants": TWO_VARIANTS} if variant_key else None
    flag = make(multivariate=multivariate)
    roll_out(flag, variant_key=variant_key)
    before = rows()

    response = roll_out(flag, variant_key=variant_key, version=2)

    assert (response.status_code, response.json()["version"]) == (200, 2)
    assert rows() == before


def test_roll_out__first_condition_names_a_variant__everyone_before_it(roll_out, make):
    pinned = {"properties": [], "rollout_percentage": 100, "variant": "control"}
    flag = make(groups=[pinned], multivariate={"variants": TWO_VARIANTS})

    groups = roll_out(flag, variant_key="test").json()["filters"]["groups"]

    assert groups[0] == EVERYONE
    assert groups[1]["variant"] == "control"


@pytest.mark.parametrize("variant_key", [None, "other", ""])
def test_roll_out__variants_and_none_of_them__refused(roll_out, make, variant_key):
    flag = make(multivariate={"variants": TWO_VARIANTS})
    before = rows()

    response = roll_out(flag, variant_key=variant_key)

    assert (response.status_code, response.json()["attr"]) == (400, "variant_key")
    assert rows() == before


def test_roll_out__variant_not_named__keys_listed(roll_out, make):
    flag = make(multivariate={"variants": TWO_VARIANTS})

    assert "control, test" in roll_out(flag).json()["detail"]


def test_roll_out__variant_of_a_boolean_flag__refused(roll_out, make):
    assert_invalid(roll_out(make(), variant_key="test"), "variant_key")


def test_roll_out__people_enroll__refused(roll_out, make):
    assert_invalid(roll_out(make(feature_enrollment=True)), None)


def test_roll_out__other_version__conflict(roll_out, make):
    assert_error(roll_out(make(), version=3), 409, "conflict")


def test_roll_out__key_that_only_reads__refused(roll_out, make, grace):
    reader = DocumentedClient(factories.make_key(grace, "feature_flag:read"))

    assert_error(roll_out(make(), by=reader), 403, "permission_denied")


def test_roll_out__shares_of_an_experiment__reach_its_parameters(roll_out, project, ada):
    experiment = factories.make_experiment(project, ada)

    roll_out(experiment.feature_flag, variant_key="test")

    experiment.refresh_from_db()
    shares = [v["rollout_percentage"] for v in experiment.parameters["feature_flag_variants"]]
    assert shares == [0, 100]
