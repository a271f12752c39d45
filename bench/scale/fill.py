"""Fills the database that DATABASE_URL names with a large and a small project."""

from contextlib import nullcontext
from typing import Any

from django.core.management import call_command
from django.db import connection

from bench.scale import samples
from bench.scale.copies import PLACE, choice, copy_rows, minutes_after, text_of, uuid_of
from bench.scale.neighbours import make_neighbours
from bench.scale.people import Place, key_of, make_others, make_place, make_rules
from bench.scale.sizes import SMALL, Sizes
from experiments.models import ExperimentSavedMetric
from feature_flags.models import FeatureFlag

BIG, LITTLE = "big", "small"


def main(factor: str) -> dict[str, object]:
    """Fill an empty database; tell the ids of both projects and who may read them."""
    call_command("migrate", verbosity=0, interactive=False)
    limits: Any = getattr(connection, "without_limits", nullcontext)
    with limits():
        told = fill(Sizes().times(float(factor)), SMALL)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM (ANALYZE)")
    return told


def fill(big: Sizes, small: Sizes) -> dict[str, object]:
    """Write both projects, and what lies around the large one."""
    # The projects' rows differ in size, not in kind.
    places = {LITTLE: make_place(LITTLE, small), BIG: make_place(BIG, big)}
    other = make_others(places[BIG], big)
    told = {
        name: _fill(place, sizes)
        for (name, place), sizes in zip(places.items(), (small, big), strict=True)
    }
    _make_history(places[BIG], big.elsewhere, first={"FeatureFlag": 1}, project=other, sizes=big)
    return told


def _fill(place: Place, sizes: Sizes) -> dict[str, object]:
    project, user = place.project, place.owner
    maker = f"{place.first_member} + {PLACE} % {sizes.members}"
    made = _made(maker)
    number = text_of(PLACE)
    holdouts = copy_rows([samples.holdout(project, user)], sizes.holdouts, made | _named("Holdout"))
    metrics = copy_rows(samples.metrics(project, user), sizes.metrics, made | _named("Metric"))
    flags = copy_rows(
        samples.flags(project, user),
        sizes.flags,
        made | {"key": f"'experiment-' || {number}", "last_modified_by_id": maker},
    )
    experiments = _make_experiments(place, sizes, made, flags=flags, holdouts=holdouts)
    make_rules(place, sizes, flags=flags, experiments=experiments)
    _link_metrics(experiments, metrics, sizes)
    neighbours = make_neighbours(project, user, sizes, made=made, flags=flags)
    first = {
        "FeatureFlag": flags,
        "Experiment": experiments,
        "ExperimentHoldout": holdouts,
        "ExperimentSavedMetric": metrics,
    }
    _make_history(place, sizes.history, first=first, project=project.pk, sizes=sizes)
    requests = _make_requests(place, sizes)
    return {
        "project": project.pk,
        "organization": str(place.organization.pk),
        "owner": key_of(place.organization.slug, "owner"),
        "member": key_of(place.organization.slug, "member"),
        "member_id": place.member.pk,
        "member_uuid": str(place.member.uuid),
        "first": first | neighbours,
        "request": requests,
        "role": str(place.organization.roles.order_by("name")[0].pk),
        "history": sizes.history,
        "experiments": sizes.experiments,
    }


def _made(maker: str) -> dict[str, str]:
    return {
        "created_by_id": maker,
        "created_at": minutes_after(PLACE),
        "updated_at": minutes_after(PLACE),
    }


def _named(word: str) -> dict[str, str]:
    return {"name": f"'{word} ' || {text_of(PLACE)}"}


def _make_experiments(
    place: Place, sizes: Sizes, made: dict[str, str], *, flags: int, holdouts: int
) -> int:
    sample_flag = FeatureFlag.objects.get(pk=flags)
    others = max(1, sizes.holdouts - 1)
    governed = {f"{PLACE} < {sizes.governed}": str(holdouts)}
    spread = {f"{PLACE} % 4 = 0": f"{holdouts} + ({PLACE} % {others} + 1) % {sizes.holdouts}"}
    return copy_rows(
        samples.experiments(place.project, sample_flag, place.owner),
        sizes.experiments,
        made
        | _named("Experiment")
        | {
            "feature_flag_id": f"{flags} + {PLACE}",
            "holdout_id": choice(governed | spread, "NULL"),
            "start_date": choice({"sample.start_date IS NOT NULL": minutes_after(PLACE)}, "NULL"),
            "end_date": choice(
                {"sample.end_date IS NOT NULL": minutes_after(f"{PLACE} + 20000")}, "NULL"
            ),
        },
    )


def _link_metrics(experiments: int, metrics: int, sizes: Sizes) -> None:
    link = ExperimentSavedMetric(
        experiment_id=experiments, saved_metric_id=metrics, metadata={"type": "primary"}
    )
    copy_rows(
        [link],
        sizes.experiments // 3,
        {
            "experiment_id": f"{experiments} + 3 * {PLACE} + 1",
            "saved_metric_id": f"{metrics} + {PLACE} % {sizes.metrics}",
        },
    )


def _make_history(
    place: Place, number: int, *, first: dict[str, int], project: int, sizes: Sizes
) -> None:
    if not number:
        return
    counts = {
        "FeatureFlag": sizes.flags,
        "Experiment": sizes.experiments,
        "ExperimentHoldout": sizes.holdouts,
        "ExperimentSavedMetric": sizes.metrics,
    }
    items = {
        f"sample.subject = '{name}'": text_of(f"{start} + ({PLACE} * 7) % {counts[name]}")
        for name, start in first.items()
    }
    copy_rows(
        samples.history(place.project, place.owner),
        number,
        {
            "id": uuid_of(f"{project * 1_000_000_000} + {PLACE}"),
            "project_id": str(project),
            "user_id": f"{place.first_member} + ({PLACE} / 30) % {sizes.members}",
            "item_id": choice(items, text_of(PLACE)),
            "created_at": minutes_after(f"{PLACE} / 2"),
        },
    )


def _make_requests(place: Place, sizes: Sizes) -> str:
    project = place.project
    identity = f"{project.pk * 1_000_000_000} + {PLACE}"
    copy_rows(
        [samples.request(project, place.owner)],
        sizes.requests,
        _made(f"{place.first_member} + {PLACE} % {sizes.members}")
        | {
            "id": uuid_of(identity),
            "subject": f"'feature_flag:' || {text_of(PLACE)}",
            "resource_id": text_of(PLACE),
            "state": choice({f"{PLACE} % 50 = 0": "'pending'"}, "'applied'"),
            # Beyond what the newest rows say: what is open is open.
            "expires_at": minutes_after(f"{PLACE} + 5256000"),
        },
    )
    return f"{project.pk * 1_000_000_000:032x}"
