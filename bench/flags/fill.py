"""Fills a database with projects of 1, 100 and 1,000 flags, and tells how to ask for them."""

from django.core.management import call_command

from bench.flags.documents import PROPERTIES, filters
from feature_flags.models import FeatureFlag
from tenants.models import Project
from tenants.services import add_member, create_project, default_organization
from users.services import create_user, ensure_key

KEY = "phx_the_key_of_the_flags_of_the_bench_alone"


def main(*sizes: str) -> dict[str, object]:
    """Make a project of each size; return the tokens and the flags as the evaluator takes them."""
    call_command("migrate", verbosity=0, interactive=False)
    organization = default_organization()
    user = create_user(email="bench@example.com", password=None)
    add_member(organization=organization, user=user, level=15)
    ensure_key(user=user, label="bench", scopes=["*"], value=KEY)
    projects = [create_project(organization=organization, name=size) for size in sizes]
    return {
        "key": KEY,
        "projects": [_filled(project, int(project.name)) for project in projects],
    }


def _filled(project: Project, size: int) -> dict[str, object]:
    flags = [
        FeatureFlag(project=project, key=f"flag-{number}", filters=filters(number))
        for number in range(size)
    ]
    # A single flag is one of an experiment.
    if size == 1:
        flags[0].filters = filters(2)
    FeatureFlag.objects.bulk_create(flags)
    stored = FeatureFlag.objects.filter(project=project).order_by("pk")
    return {
        "id": project.pk,
        "token": project.api_token,
        "properties": PROPERTIES,
        "flags": [{"id": flag.pk, "key": flag.key, "filters": flag.filters} for flag in stored],
    }
