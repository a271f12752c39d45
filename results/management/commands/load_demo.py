"""`load_demo`: make a project whose experiments have simulated visitors."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.utils import timezone
from tqdm import tqdm

from core.ops.commands import ResultCommand
from results.demo import PROJECT_NAME, SCENARIOS, DemoExists, load_demo
from tenants.models import Membership
from tenants.services import default_organization


class Command(ResultCommand):
    help = (
        "Make a project with a dozen experiments: a clear winner, no effect, harm, a broken split, "
        "a holdout, and so on. Their visitors are simulated, and get their variants and send their "
        "events as those of any site do."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="other seeds give other visitors")
        parser.add_argument("--scale", type=float, default=1.0, help="multiplies the visitors")

    def result(self, **options: Any) -> str:
        organization = default_organization()
        owner = (
            Membership.objects.filter(organization=organization, level=Membership.Level.OWNER)
            .select_related("user")
            .order_by("joined_at")
            .first()
        )
        if owner is None:
            raise CommandError("Nobody owns the organization yet. Run bin/prepare first.")
        total = int(sum(each.visitors for each in SCENARIOS) * options["scale"])
        try:
            with tqdm(total=total, unit=" visitors", disable=None) as bar:
                project = load_demo(
                    organization=organization,
                    actor=owner.user,
                    seed=options["seed"],
                    scale=options["scale"],
                    now=timezone.now(),
                    progress=bar.update,
                )
        except DemoExists:
            raise CommandError(
                f"There is a project {PROJECT_NAME} already. Delete it to load it anew."
            ) from None
        return f"Project {project.pk} ({PROJECT_NAME}) has {len(SCENARIOS)} experiments"
