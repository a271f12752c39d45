"""Fills the database that DATABASE_URL names, and tells who may read it."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from bench import documents
from bench.documents import HOLDOUTS, SAVED_METRICS, USERS, age, sentence
from experiments.metrics import metric_fingerprint
from experiments.models import Experiment, ExperimentSavedMetric
from experiments.services import metric_lists
from feature_flags.models import FeatureFlag
from holdouts.models import Holdout
from saved_metrics.models import SavedMetric
from tenants.models import Membership, Organization, Project
from tenants.services import create_project, default_organization
from users.models import PersonalAPIKey, User
from users.services import ensure_key

KEY = "phx_the_key_of_the_bench_and_of_nothing_else"
_BATCH = 1000

Row = TypeVar("Row", bound=Model)
Shared = tuple[list[User], list[Holdout], list[SavedMetric]]


class Ids:
    """Hands out the ids that the database would give."""

    def __init__(self) -> None:
        self._last: dict[type[Model], int] = {}

    def given(self, row: Row) -> Row:
        """Return the row with the next id of its table."""
        model = type(row)
        if model not in self._last:
            newest = model.objects.order_by("-pk").values_list("pk", flat=True).first()
            self._last[model] = newest or 0
        self._last[model] = row.pk = self._last[model] + 1
        return row

    def hand_over(self) -> None:
        """Let the database continue where this ended."""
        statements = connection.ops.sequence_reset_sql(no_style(), [*self._last])
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def main(*arguments: str) -> dict[str, object]:
    """Make a project of each size and return their ids and the viewer's key."""
    sizes = [int(size) for size in arguments]
    call_command("migrate", verbosity=0, interactive=False)
    organization = default_organization()
    users = _people(organization)
    projects = [create_project(organization=organization, name=f"{size} rows") for size in sizes]
    for project, size in zip(projects, sizes, strict=True):
        _fill(project, size, users)
    _keep_fingerprints()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM (ANALYZE)")
        else:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return _told(projects)


def _told(projects: list[Project]) -> dict[str, object]:
    first = [
        Experiment.objects.filter(project=project).order_by("id").values_list("id", flat=True)[0]
        for project in projects
    ]
    return {
        "key": KEY,
        "projects": [project.pk for project in projects],
        "first_ids": first,
    }


def _people(organization: Organization) -> list[User]:
    users = User.objects.bulk_create(
        User(
            email=f"person{number}@example.com",
            first_name=f"Person {number}",
            password="!",  # noqa: S106 (nobody logs in)
            role_at_organization="engineering",
        )
        for number in range(USERS)
    )
    Membership.objects.bulk_create(
        Membership(organization=organization, user=user, level=Membership.Level.MEMBER)
        for user in users
    )
    scopes = ["experiment:write", "experiment:read"]
    ensure_key(user=users[0], label="bench", scopes=scopes, value=KEY)
    PersonalAPIKey.objects.update(last_used_at=timezone.now())
    return users


def _fill(project: Project, size: int, users: list[User]) -> None:
    chance = random.Random(size)  # noqa: S311
    holdouts = Holdout.objects.bulk_create(
        Holdout(
            project=project,
            name=f"Holdout {number}",
            description=sentence(chance, 8),
            filters=[{"properties": [], "rollout_percentage": 10, "variant": f"holdout-{number}"}],
            created_by=users[number % USERS],
            created_at=age(number),
            updated_at=age(number),
        )
        for number in range(HOLDOUTS)
    )
    saved = SavedMetric.objects.bulk_create(
        SavedMetric(
            project=project,
            name=f"Metric {number}",
            query=documents.metric(chance, ("mean", "funnel")[number % 2]),
            created_by=users[number % USERS],
            created_at=age(number),
            updated_at=age(number),
        )
        for number in range(SAVED_METRICS)
    )
    ids = Ids()
    for start in range(0, size, _BATCH):
        numbers = range(start, min(start + _BATCH, size))
        _write_batch(project, numbers, (users, holdouts, saved), ids)
    ids.hand_over()


def _write_batch(project: Project, numbers: range, shared: Shared, ids: Ids) -> None:
    users, holdouts, saved = shared
    flags, experiments, links = [], [], []
    for number in numbers:
        holdout = holdouts[number // 2 % HOLDOUTS] if number % 2 else None
        flags.append(ids.given(_flag(project, number, users, holdout)))
        experiment = ids.given(_experiment(project, number, flags[-1], users, holdout))
        linked = [saved[(number + place) % SAVED_METRICS] for place in range(number % 3)]
        _finish(experiment, linked)
        experiments.append(experiment)
        links += [ids.given(_link(experiment, metric)) for metric in linked]
    for model, rows in (
        (FeatureFlag, flags),
        (Experiment, experiments),
        (ExperimentSavedMetric, links),
    ):
        _write(model, rows)


def _write(model: type[Model], rows: list[Model]) -> None:
    if connection.vendor != "postgresql":
        model.objects.bulk_create(rows)
        return
    fields = model._meta.concrete_fields  # noqa: SLF001
    columns = ", ".join(f'"{field.column}"' for field in fields)
    # Many times faster than INSERT for documents of this size.
    with (
        connection.cursor() as cursor,
        cursor.copy(
            f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'  # noqa: SLF001
        ) as copy,
    ):
        for row in rows:
            copy.write_row(
                [
                    field.get_db_prep_save(getattr(row, field.attname), connection)
                    for field in fields
                ]
            )


def _link(experiment: Experiment, metric: SavedMetric) -> ExperimentSavedMetric:
    return ExperimentSavedMetric(
        experiment=experiment,
        saved_metric=metric,
        metadata={"type": "primary"},
        created_at=experiment.created_at,
        updated_at=experiment.created_at,
    )


def _flag(project: Project, number: int, users: list[User], holdout: Holdout | None) -> FeatureFlag:
    entry = {"id": holdout.pk, "exclusion_percentage": 10} if holdout else None
    return FeatureFlag(
        project=project,
        key=f"experiment-{number}",
        name=f"Feature Flag for Experiment {number}",
        active=number % 3 == 1,
        filters=documents.flag_filters(entry),
        creation_context="experiments",
        created_by=users[number % USERS],
        last_modified_by=users[number % USERS],
        created_at=age(number),
        updated_at=age(number),
    )


def _experiment(
    project: Project, number: int, flag: FeatureFlag, users: list[User], holdout: Holdout | None
) -> Experiment:
    # Draft, running, stopped, and again.
    chance, state = random.Random(number), number % 3  # noqa: S311
    return Experiment(
        project=project,
        name=f"Experiment {number}",
        description=sentence(chance, 20),
        feature_flag=flag,
        holdout=holdout,
        created_by=users[number % USERS],
        created_at=age(number),
        updated_at=age(number),
        start_date=age(number) if state else None,
        end_date=age(number) + timedelta(days=14) if state == 2 else None,
        conclusion="won" if state == 2 else None,
        conclusion_comment=sentence(chance, 12) if state == 2 else None,
        parameters={
            "feature_flag_variants": documents.VARIANTS,
            "minimum_detectable_effect": 30,
            "recommended_running_time": 14,
            "recommended_sample_size": 12000,
        },
        metrics=[documents.metric(chance, "mean")],
        metrics_secondary=[documents.metric(chance, "funnel")],
        exposure_criteria=documents.EXPOSURE,
        stats_config={"method": "bayesian", "bayesian": {"ci_level": 0.95}},
    )


def _finish(experiment: Experiment, linked: list[SavedMetric]) -> None:
    experiment.refresh_status()
    metric_lists.stamp_fingerprints(experiment=experiment)
    inline = [metric["uuid"] for metric in experiment.metrics]
    experiment.primary_metrics_ordered_uuids = inline + [metric.query["uuid"] for metric in linked]
    secondary = [metric["uuid"] for metric in experiment.metrics_secondary]
    experiment.secondary_metrics_ordered_uuids = secondary


def _keep_fingerprints() -> None:
    # What the server computes from two rows, the bare program only has to read.
    rows = list(_fingerprints())
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_fingerprints"
            " (link_id bigint PRIMARY KEY, fingerprint text NOT NULL)"
        )
        if connection.vendor == "postgresql":
            with cursor.copy("COPY bench_fingerprints FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany("INSERT INTO bench_fingerprints VALUES (%s, %s)", rows)


def _fingerprints() -> Iterator[tuple[int, str]]:
    links = ExperimentSavedMetric.objects.order_by("pk").values_list(
        "pk",
        "experiment__start_date",
        "experiment__exposure_criteria",
        "experiment__stats_config__method",
        "saved_metric__query",
    )
    for link_id, start_date, exposure_criteria, stats_method, query in links:
        yield (
            link_id,
            metric_fingerprint(
                metric=query,
                start_date=start_date,
                stats_method=stats_method,
                exposure_criteria=exposure_criteria,
            ),
        )
