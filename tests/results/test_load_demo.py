"""`load_demo`: the demo's experiments find what is true of them."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tenants.models import Membership, Project
from tests import factories
from tests.client import DocumentedClient


@pytest.fixture
def owner(organization):
    return factories.make_user("owner@example.com", organization, Membership.Level.OWNER)


def load(**options):
    out = StringIO()
    call_command("load_demo", stdout=out, **options)
    return out.getvalue()


def overviews(owner):
    """Return the verdicts of the experiments that have started, by flag key."""
    client = DocumentedClient(factories.make_key(owner))
    project = Project.objects.get(name="Demo")
    base = f"/api/projects/{project.pk}/experiments"
    listed = client.get(f"{base}/").json()["results"]
    return {
        each["feature_flag_key"]: client.get(f"{base}/{each['id']}/results/").json()
        for each in listed
        if each["start_date"]
    }


def test_load_demo__whole__results_find_what_is_true(owner):
    load()
    found = overviews(owner)

    decisions = {key: each["verdict"]["decision"] for key, each in found.items()}
    assert decisions["one-page-checkout"] == "ship"
    assert decisions["new-landing-page"] == "do not trust"
    assert decisions["autoplay-videos"] == "stop"
    arms = [*found["recommendations"]["exposures"]["total_exposures"]]
    assert arms[:2] == ["control", "test"]
    assert arms[2].startswith("holdout-")
    assert len(found["price-endings"]["exposures"]["timeseries"]) == 5


def test_load_demo__twice__refused(owner):
    load(scale=0.01)

    with pytest.raises(CommandError, match="Delete it"):
        load(scale=0.01)


def test_load_demo__nobody_owns_the_organization__refused(organization):
    with pytest.raises(CommandError, match="bin/prepare"):
        load(scale=0.01)
