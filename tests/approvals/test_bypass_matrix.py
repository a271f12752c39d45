import pytest
from django.contrib import admin
from django.db import transaction
from django.utils import timezone

from approvals.gate import ApprovalRequired
from approvals.models import Approval, ChangeRequest
from experiments.models import Experiment
from feature_flags.models import FeatureFlag
from feature_flags.selectors import lock_flags
from feature_flags.services import write_flag
from holdouts.models import Holdout
from tests import factories
from tests.approvals.changes import LAUNCH, excluding, rollout, split, stored
from tests.approvals.paths import collection, member
from tests.feature_flags.paths import path_of
from users.models import User

ENABLE, DISABLE, UPDATE = "feature_flag.enable", "feature_flag.disable", "feature_flag.update"
HOLDOUT, DELETION = "experiment_holdout.update", "experiment_holdout.delete"
LAUNCHING, PAUSING, CHANGING = "experiment.launch", "experiment.pause", "experiment.update"
KEYS = [ENABLE, DISABLE, UPDATE, HOLDOUT, DELETION, LAUNCHING, PAUSING, CHANGING]
NEW = {"name": "New", "feature_flag_key": "new"}


class World:
    """What there is to write to, and the client who writes."""

    def __init__(self, client, project, ada):
        self.client = client
        self.project = project
        self.holdout = factories.make_holdout(project, ada)
        self.draft = factories.make_experiment(project, ada)
        started = {"start_date": timezone.now(), "holdout": self.holdout}
        self.running = factories.make_experiment(project, ada, **started, **split(30))
        self.paused = factories.make_experiment(project, ada, **started)
        FeatureFlag.objects.filter(pk=self.paused.feature_flag_id).update(active=False)
        self.lonely = factories.make_flag(project, "lonely")

    def create(self, **body):
        return self.client.post(collection(self.project, "experiments"), NEW | body)

    def patch(self, name, body):
        return self.client.patch(member(getattr(self, name)), body)

    def flag(self, name, body):
        return self.client.patch(path_of(getattr(self, name).feature_flag), body)

    def traded(self):
        return self._with_keys("running", "test", "control")

    def renamed(self):
        return self._with_keys("draft", "control", "other")

    def _with_keys(self, name, *keys):
        filters = getattr(self, name).feature_flag.filters
        shares = filters["multivariate"]["variants"]
        variants = [each | {"key": key} for each, key in zip(shares, keys, strict=True)]
        return filters | {"multivariate": {"variants": variants}}

    def put(self, name, **body):
        row = getattr(self, name)
        whole = {"name": row.name, "feature_flag_key": row.feature_flag.key}
        return self.client.put(member(row), whole | body)

    def step(self, name, step, **body):
        return self.client.post(f"{member(getattr(self, name))}{step}/", body)


# Every way to write: what it does, and the policies that want to be asked about it.
WRITES = {
    "create_draft": (lambda world: world.create(), {UPDATE}),
    "create_started": (lambda world: world.create(**LAUNCH), {ENABLE, UPDATE}),
    "launch_by_patch": (lambda world: world.patch("draft", LAUNCH), {ENABLE, LAUNCHING}),
    "launch_by_put": (lambda world: world.put("draft", **LAUNCH), {ENABLE, LAUNCHING}),
    "launch": (lambda world: world.step("draft", "launch"), {ENABLE, LAUNCHING}),
    "split_by_patch": (lambda world: world.patch("draft", split(10)), {UPDATE, CHANGING}),
    "split_by_put": (lambda world: world.put("draft", **split(10)), {UPDATE, CHANGING}),
    "rollout": (lambda world: world.patch("draft", rollout(10)), {UPDATE, CHANGING}),
    "choose_holdout": (
        lambda world: world.patch("draft", {"holdout_id": world.holdout.pk}),
        {UPDATE, CHANGING},
    ),
    "pause": (lambda world: world.step("running", "pause"), {DISABLE, PAUSING}),
    "resume": (lambda world: world.step("paused", "resume"), {ENABLE, LAUNCHING}),
    "ship": (
        lambda world: world.step("running", "ship_variant", variant_key="test"),
        {UPDATE, CHANGING},
    ),
    "end": (lambda world: world.step("running", "end"), set()),
    "reset": (lambda world: world.step("running", "reset"), set()),
    "duplicate": (lambda world: world.step("running", "duplicate"), set()),
    "duplicate_with_key": (
        lambda world: world.step("running", "duplicate", feature_flag_key="new"),
        {UPDATE},
    ),
    "rename": (lambda world: world.patch("running", {"name": "Other"}), set()),
    "holdout_by_patch": (
        lambda world: world.patch("holdout", excluding(30)),
        {HOLDOUT, UPDATE, CHANGING},
    ),
    "holdout_by_put": (
        lambda world: world.client.put(member(world.holdout), {"name": "Q4"} | excluding(30)),
        {HOLDOUT, UPDATE, CHANGING},
    ),
    "holdout_deletion": (
        lambda world: world.client.delete(member(world.holdout)),
        {DELETION, UPDATE, CHANGING},
    ),
    "flag_rename": (
        lambda world: world.flag("running", {"key": "other"}),
        {DISABLE, ENABLE, PAUSING, LAUNCHING},
    ),
    "flag_rename_by_put": (
        lambda world: world.client.put(path_of(world.lonely), {"key": "other"}),
        {DISABLE, ENABLE},
    ),
    "flag_taken_from_browsers": (
        lambda world: world.flag("running", {"evaluation_runtime": "server"}),
        {DISABLE, PAUSING},
    ),
    "flag_taken_to_a_context": (
        lambda world: world.flag("running", {"evaluation_contexts": ["nowhere"]}),
        {DISABLE, PAUSING},
    ),
    "flag_rename_while_off": (lambda world: world.flag("paused", {"key": "other"}), set()),
    "variants_trade_places": (
        lambda world: world.flag("running", {"filters": world.traded()}),
        {UPDATE, CHANGING},
    ),
    "variant_rename": (
        lambda world: world.flag("draft", {"filters": world.renamed()}),
        {UPDATE, CHANGING},
    ),
    "flag_relabel": (lambda world: world.flag("running", {"name": "Other"}), set()),
    "holdout_rename": (lambda world: world.patch("holdout", {"name": "Q4"}), set()),
}
GATED = [(name, key) for name in WRITES for key in sorted(WRITES[name][1])]
FREE = {name: [key for key in KEYS if key not in WRITES[name][1]] for name in WRITES}


@pytest.fixture
def world(client, project, ada):
    return World(client, project, ada)


@pytest.mark.parametrize(("write", "key"), GATED)
def test_write__policy_about_it__nothing_changes_without_agreement(world, make_policy, write, key):
    make_policy(key)
    before = stored()

    response = WRITES[write][0](world)

    assert response.status_code == 409, response.content
    assert ChangeRequest.objects.get().state == "pending"
    assert stored() == before


@pytest.mark.parametrize(("write", "key"), GATED)
def test_write__agreed_to__carried_out_whole_and_asked_no_more(
    world, make_policy, agree, write, key
):
    make_policy(key)
    before = stored()
    WRITES[write][0](world)

    body = agree(ChangeRequest.objects.get())

    assert body["status"] == "applied", body["message"]
    assert stored() != before
    assert ChangeRequest.objects.count() == 1


@pytest.mark.parametrize("write", WRITES)
def test_write__policies_about_everything_else__written(world, make_policy, write):
    for key in FREE[write]:
        make_policy(key)

    response = WRITES[write][0](world)

    assert response.status_code in (200, 201, 204), response.content
    assert not ChangeRequest.objects.exists()


SHIFTED = {
    "filters": {
        "groups": [],
        "multivariate": {
            "variants": [
                {"key": "control", "rollout_percentage": 1},
                {"key": "test", "rollout_percentage": 99},
            ]
        },
    }
}


def _edit(flag_id, changes, actor):
    with transaction.atomic():
        flag = lock_flags(flag_ids=[flag_id])[0]
        write_flag(flag=flag, changes=changes, actor=actor, now=timezone.now())


@pytest.mark.parametrize(("changes", "key"), [({"active": False}, DISABLE), (SHIFTED, UPDATE)])
def test_flag_edit__policy_about_it__asked(world, make_policy, ada, changes, key):
    make_policy(key)
    before = stored()

    with pytest.raises(ApprovalRequired) as asked:
        _edit(world.running.feature_flag_id, changes, ada)

    assert asked.value.change.action_key == key
    assert stored() == before


@pytest.mark.parametrize(
    "model",
    [Experiment, FeatureFlag, Holdout, ChangeRequest, Approval],
    ids=lambda model: model.__name__,
)
def test_admin_site__what_is_gated__cannot_be_written(rf, model):
    request = rf.get("/")
    request.user = User(is_superuser=True, is_active=True, is_staff=True)
    page = admin.site.get_model_admin(model)

    assert page.has_view_permission(request)
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)
    assert "delete_selected" not in page.get_actions(request)
