"""A machine that takes experiments through random lives over HTTP and knows what must hold."""

import math
import re

from django.apps import apps
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from experiments.models import Experiment
from experiments.status import status_of
from experiments.variants import sent_variants
from feature_flags.filters import variants
from feature_flags.models import FeatureFlag
from tests import factories
from tests.client import DocumentedClient
from tests.experiments.life_bodies import (
    ACTIVE,
    FIFTHS,
    HALVES,
    INACTIVE,
    METRICS,
    changes,
    keys,
    shipments,
    steps,
    values,
    welcome,
)

APPS = ("experiments", "feature_flags", "holdouts", "saved_metrics", "activity")
FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class ExperimentLife(RuleBasedStateMachine):
    """Sends requests; whatever they are, what the invariants say is true afterwards."""

    experiments = Bundle("experiments")
    holdouts = Bundle("holdouts")
    saved_metrics = Bundle("saved_metrics")

    def __init__(self) -> None:
        super().__init__()
        # An organization for every example, deleted with all that is in it when the example ends:
        # pytest-django's one transaction spans all examples, so they must not see each other.
        self.organization = factories.make_organization()
        self.user = factories.make_user(f"{self.organization.slug}@example.com", self.organization)
        self.project = factories.make_project(self.organization)
        self.client = DocumentedClient(factories.make_key(self.user))
        for key in (ACTIVE, INACTIVE):
            factories.make_flag(self.project, key, active=key == ACTIVE)
        # Drafts whose flag was made or written with their variants.
        self.synced: set[int] = set()
        self.paused_flags: set[int] = set()
        self.started_on_an_inactive_flag: set[int] = set()
        self.rows = self.all_rows()

    def teardown(self) -> None:
        self.organization.delete()
        self.user.delete()
        assert not any(self.all_rows().values())

    def all_rows(self) -> dict[str, list[dict]]:
        models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
        return {
            model.__name__: list(model.objects.order_by("pk").values())  # type: ignore[attr-defined]
            for model in models
        }

    def send(self, method: str, path: str, body: object = None, acting: int | None = None):
        path = f"/api/projects/{self.project.pk}/{path}"
        before, self.rows = self.rows, None
        response = getattr(self.client, method)(path, body)
        self.rows = self.all_rows()
        assert response.status_code in {200, 201, 204, 400, 404}, response.content
        if response.status_code >= 400:
            assert self.rows == before, f"{method} {path} was refused and wrote"
        else:
            self._note_flag_writes(before["FeatureFlag"], acting)
        return response

    def change(self, method: str, experiment: int, body: object, step: str = ""):
        stored = Experiment.objects.get(pk=experiment)
        path = f"experiments/{experiment}/{step}"
        response = self.send(method, path, body, acting=experiment)
        if stored.deleted and (step or body.get("deleted") is not False):
            assert response.status_code == 404
        if response.status_code < 300 and step not in {"duplicate/", "copy_to_project/"}:
            self._check_shown(response.json())
        return response, stored

    def _check_shown(self, shown: dict) -> None:
        read = self.client.get(f"/api/projects/{self.project.pk}/experiments/{shown['id']}/")
        if shown["deleted"]:
            assert read.status_code == 404
        else:
            assert read.json() == shown

    def _note_flag_writes(self, before: list[dict], acting: int | None) -> None:
        old = {row["id"]: row["filters"] for row in before}
        for row in self.rows["FeatureFlag"]:
            if row["active"]:
                self.paused_flags.discard(row["id"])
            if row["id"] in old and row["filters"] != old[row["id"]]:
                siblings = Experiment.objects.filter(feature_flag=row["id"]).exclude(pk=acting)
                self.synced |= set(siblings.values_list("pk", flat=True))

    def _edit(self, method: str, experiment: int, body: dict, status: int | None = None) -> None:
        response, stored = self.change(method, experiment, body)
        assert status in {None, response.status_code}, response.content
        if response.status_code == 200 and sent_variants(body.get("parameters")):
            (self.synced.add if stored.is_draft else self.synced.discard)(experiment)

    # Experiments

    @initialize(target=experiments, first=welcome, third=welcome)
    def first_experiments(self, first, third):
        self.create("a", {"parameters": HALVES} | first)
        twin, b = self.create("a", {}), self.create("b", {})
        self.create(INACTIVE, third)
        self._edit("patch", twin, {"parameters": FIFTHS})
        self._take(b, "launch", {})
        return multiple(*Experiment.objects.order_by("pk").values_list("pk", flat=True))

    @rule(target=experiments, key=keys, body=changes)
    def create(self, key, body):
        known = set(FeatureFlag.objects.values_list("pk", flat=True))
        response = self.send(
            "post", "experiments/", {"name": "New", "feature_flag_key": key} | body
        )
        if response.status_code != 201:
            return multiple()
        shown = response.json()
        self._check_shown(shown)
        if shown["feature_flag"]["id"] not in known:
            self.synced.add(shown["id"])
        elif not shown["feature_flag"]["active"]:
            self.started_on_an_inactive_flag.add(shown["id"])
        return shown["id"]

    @rule(experiment=experiments, body=changes)
    def patch(self, experiment, body):
        self._edit("patch", experiment, body)

    @rule(experiment=experiments, body=changes)
    def put(self, experiment, body):
        key = Experiment.objects.get(pk=experiment).feature_flag.key
        self._edit("put", experiment, {"name": "Put", "feature_flag_key": key} | body)

    @rule(experiment=experiments)
    def write_back(self, experiment):
        read = self.client.get(f"/api/projects/{self.project.pk}/experiments/{experiment}/")
        if read.status_code == 200:
            body = read.json()
            sent = sent_variants(body["parameters"])
            # Only a draft that never wrote its flag can hold shares that no flag can serve.
            can_be_served = body["status"] != "draft" or not sent or _total(sent) == 100
            self._edit("put", experiment, body, status=200 if can_be_served else 400)

    @rule(experiment=experiments, deleted=st.booleans())
    def delete_or_restore(self, experiment, deleted):
        self.change("patch", experiment, {"deleted": deleted})

    @rule(experiment=experiments, holdout=st.none() | holdouts)
    def choose_holdout(self, experiment, holdout):
        self.change("patch", experiment, {"holdout_id": holdout})

    @rule(experiment=experiments, metrics=st.lists(saved_metrics, max_size=3), kind=values("ps"))
    def link(self, experiment, metrics, kind):
        metadata = {"type": {"p": "primary", "s": "secondary"}[kind]}
        links = [{"id": metric, "metadata": metadata} for metric in metrics]
        self.change("patch", experiment, {"saved_metrics_ids": links})

    @rule(experiment=experiments, walk=st.lists(steps, min_size=1, max_size=4))
    def walk(self, experiment, walk):
        for step, body in walk:
            self._take(experiment, step, body)

    @rule(experiment=experiments, shipment=shipments)
    def launch_and_ship(self, experiment, shipment):
        for step, body in (("launch", {}), ("ship_variant", shipment), ("archive", {})):
            self._take(experiment, step, body)

    @rule(experiment=experiments, body=welcome)
    def reset_and_patch(self, experiment, body):
        self._take(experiment, "reset", {})
        self._edit("patch", experiment, body)

    def _take(self, experiment: int, step: str, body: dict) -> None:
        response, stored = self.change("post", experiment, body, f"{step}/")
        if response.status_code == 200 and step == "pause":
            self.paused_flags.add(stored.feature_flag_id)
        if response.status_code == 200 and step == "ship_variant":
            self.synced.discard(experiment)
        self.every_experiment_is_sound()

    @rule(target=experiments, experiment=experiments, key=st.none() | keys)
    def duplicate(self, experiment, key):
        body = {} if key is None else {"feature_flag_key": key}
        response, stored = self.change("post", experiment, body, "duplicate/")
        if response.status_code != 201:
            return multiple()
        shown = response.json()
        self._check_shown(shown)
        if experiment in self.synced or shown["feature_flag"]["id"] != stored.feature_flag_id:
            self.synced.add(shown["id"])
        return shown["id"]

    # Their neighbours

    @initialize(target=holdouts)
    def first_holdout(self):
        return self.make_holdout(10)

    @rule(target=holdouts, percentage=values([0, 25.5, 101]))
    def make_holdout(self, percentage):
        groups = [{"rollout_percentage": percentage}]
        response = self.send("post", "experiment_holdouts/", {"name": "H", "filters": groups})
        return response.json()["id"] if response.status_code == 201 else multiple()

    @rule(holdout=holdouts, percentage=values([5, 50, -1]))
    def edit_holdout(self, holdout, percentage):
        groups = [{"rollout_percentage": percentage}]
        self.send("patch", f"experiment_holdouts/{holdout}/", {"filters": groups})

    @rule(holdout=consumes(holdouts))
    def delete_holdout(self, holdout):
        self.send("delete", f"experiment_holdouts/{holdout}/")

    @initialize(target=saved_metrics)
    def first_saved_metric(self):
        return self.make_saved_metric(factories.MEAN_METRIC)

    @rule(target=saved_metrics, query=values(METRICS))
    def make_saved_metric(self, query):
        response = self.send("post", "experiment_saved_metrics/", {"name": "M", "query": query})
        return response.json()["id"] if response.status_code == 201 else multiple()

    @rule(metric=consumes(saved_metrics))
    def delete_saved_metric(self, metric):
        self.send("delete", f"experiment_saved_metrics/{metric}/")

    # What holds

    @invariant()
    def every_experiment_is_sound(self):
        links = "saved_metric_links__saved_metric"
        for experiment in Experiment.objects.select_related("feature_flag").prefetch_related(links):
            flag = experiment.feature_flag
            assert flag.project_id == experiment.project_id
            assert experiment.status == status_of(
                start_date=experiment.start_date, end_date=experiment.end_date
            )
            assert_metrics_are_sound(experiment)
            if experiment.status == "running":
                assert (
                    flag.active
                    or flag.pk in self.paused_flags
                    or experiment.pk in self.started_on_an_inactive_flag
                )
            if experiment.is_draft and experiment.pk in self.synced:
                sent = sent_variants(experiment.parameters)
                assert not sent or _shares(sent) == _shares(variants(flag.filters))

    @invariant()
    def every_flag_serves_everyone_once(self):
        for flag in FeatureFlag.objects.all():
            assert _total(variants(flag.filters)) == 100


def assert_metrics_are_sound(experiment: Experiment) -> None:
    """Check the fingerprints, and that the orderings name all metrics, inline and linked."""
    for name, place in (("primary", "metrics"), ("secondary", "metrics_secondary")):
        inline = getattr(experiment, place) or []
        assert all(FINGERPRINT.fullmatch(metric["fingerprint"]) for metric in inline)
        linked = [
            link.saved_metric.query["uuid"]
            for link in experiment.saved_metric_links.all()
            if link.metadata["type"] == name
        ]
        expected = {metric["uuid"] for metric in inline} | set(linked)
        ordering = getattr(experiment, f"{name}_metrics_ordered_uuids") or []
        assert expected <= set(ordering)


def _shares(served: list[dict]) -> dict[str, float]:
    return {variant["key"]: variant["rollout_percentage"] for variant in served}


def _total(served: list[dict]) -> float:
    return math.fsum(variant["rollout_percentage"] for variant in served)
