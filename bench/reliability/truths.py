"""What must be true of the database whatever happened, compared with what clients were told."""

from collections import Counter, defaultdict

from activity.models import ActivityLog
from api.models import IdempotencyKey
from bench.reliability.writers import Ledger
from experiments.models import Experiment, ExperimentSavedMetric
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout


def violations(ledger: Ledger) -> dict[str, list[str]]:
    """Return, by the name of each truth, what contradicts it."""
    return {
        "every answered creation is there": _lost(ledger),
        "every answered change is there": _unchanged(ledger),
        "nothing was done twice": _repeated(),
        "every experiment has its flag, and every flag its experiment": _lonely(),
        "every experiment has the one link it was made with": _unlinked(),
        "every change has one entry in the history": _untold(),
        "every entry is about something that is there": _invented(),
        "every key was kept with its answer": _unanswered(),
    }


def _lost(ledger: Ledger) -> list[str]:
    ids = set(Experiment.objects.values_list("pk", flat=True))
    holdouts = set(Holdout.objects.values_list("pk", flat=True))
    lost = [name for name, pk in ledger.experiments.items() if pk not in ids]
    return lost + [name for name, pk in ledger.holdouts.items() if pk not in holdouts]


def _unchanged(ledger: Ledger) -> list[str]:
    found = {each.pk: each for each in Experiment.objects.select_related("feature_flag")}
    unchanged = []
    for name, pk in ledger.experiments.items():
        experiment = found.get(pk)
        if experiment is None:
            continue
        if name in ledger.renamed and experiment.name != f"{name}!":
            unchanged.append(f"{name} is not renamed")
        if name in ledger.launched and experiment.status != "running":
            unchanged.append(f"{name} is not launched")
        if (experiment.status == "running") != experiment.feature_flag.active:
            unchanged.append(f"{name} and its flag disagree")
    return unchanged


def _repeated() -> list[str]:
    names = Counter(
        name.rstrip("!") for name in Experiment.objects.values_list("name", flat=True)
    ) + Counter(Holdout.objects.values_list("name", flat=True))
    return [f"{name}: {count} times" for name, count in names.items() if count > 1]


def _lonely() -> list[str]:
    driven = set(Experiment.objects.values_list("feature_flag_id", flat=True))
    flags = dict(FeatureFlag.objects.values_list("pk", "key"))
    return [key for pk, key in flags.items() if pk not in driven] + [
        f"flag {pk}" for pk in driven - flags.keys()
    ]


def _unlinked() -> list[str]:
    links = Counter(ExperimentSavedMetric.objects.values_list("experiment_id", flat=True))
    ids = set(Experiment.objects.values_list("pk", flat=True))
    return [f"experiment {pk}" for pk in ids if links[pk] != 1] + [
        f"link to {pk}" for pk in links.keys() - ids
    ]


def _untold() -> list[str]:
    told = defaultdict(Counter)
    entries = ActivityLog.objects.filter(subject="Experiment").order_by("id")
    for entry in entries:
        fields = {change["field"] for change in entry.detail.get("changes") or []}
        told[int(entry.item_id)][_kind(entry.activity, fields)] += 1
    untold = []
    for experiment in Experiment.objects.all():
        wanted = Counter({"created": 1})
        wanted["renamed"] = int(experiment.name.endswith("!"))
        wanted["launched"] = int(experiment.status == "running")
        if +wanted != told[experiment.pk]:
            untold.append(f"{experiment.name}: {dict(told[experiment.pk])}, not {dict(wanted)}")
    return untold


def _kind(activity: str, fields: set[str]) -> str:
    if activity == "created":
        return "created"
    return "renamed" if "name" in fields else "launched" if "start_date" in fields else "odd"


def _invented() -> list[str]:
    existing = {
        "Experiment": Experiment,
        "ExperimentHoldout": Holdout,
        "FeatureFlag": FeatureFlag,
    }
    known = {
        subject: {str(pk) for pk in model.objects.values_list("pk", flat=True)}
        for subject, model in existing.items()
    }
    entries = ActivityLog.objects.values_list("subject", "item_id")
    return [
        f"{subject} {item}"
        for subject, item in entries
        if subject in known and item not in known[subject]
    ]


def _unanswered() -> list[str]:
    return [str(key) for key in IdempotencyKey.objects.filter(status=None)]
