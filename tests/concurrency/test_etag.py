import re

import pytest

from tests.concurrency.resources import KINDS
from tests.factories import make_holdout

every_kind = pytest.mark.parametrize("name", KINDS)


@every_kind
def test_etag__object_created__the_one_of_reading_it(admin, project, name):
    kind = KINDS[name]

    created = admin.post(kind.collection(project), kind.creation)

    read = admin.get(f"{kind.collection(project)}{created.json()['id']}/")
    assert (created.status_code, read.status_code) == (201, 200)
    assert created.headers["ETag"] == read.headers["ETag"]
    assert created.content == read.content


@every_kind
@pytest.mark.parametrize("method", ["patch", "put"])
def test_etag__object_changed__another_and_the_one_of_reading_it(admin, make, name, method):
    url, kind = make(name), KINDS[name]
    before = admin.get(url).headers["ETag"]
    body = kind.change if method == "patch" else kind.creation | kind.change

    changed = getattr(admin, method)(url, body)

    assert changed.status_code == 200, changed.content
    assert changed.headers["ETag"] == admin.get(url).headers["ETag"] != before


def test_etag__step_of_an_experiment__the_one_of_reading_it(client, experiment_url):
    launched = client.post(f"{experiment_url}launch/")

    assert launched.status_code == 200
    assert launched.headers["ETag"] == client.get(experiment_url).headers["ETag"]


def test_etag__duplicate__the_one_of_reading_the_duplicate(client, experiments, experiment_url):
    made = client.post(f"{experiment_url}duplicate/")

    read = client.get(f"{experiments}{made.json()['id']}/")
    assert made.headers["ETag"] == read.headers["ETag"]


def test_etag__any__strong(etag):
    assert re.fullmatch(r'"[0-9a-f]{32}"', etag)


def test_etag__nothing_changed__stays(client, url, etag):
    assert client.get(url).headers["ETag"] == etag


def test_etag__head__the_one_of_get_without_a_body(client, url, etag):
    response = client.head(url)

    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["ETag"] == etag


def test_etag__other_indentation__another(client, url, etag):
    response = client.get(url, headers={"Accept": "application/json; indent=2"})

    assert response.headers["ETag"] != etag


def test_etag__viewer_with_another_level__another(admin, client, make):
    url = make("saved_metric")

    assert client.get(url).headers["ETag"] != admin.get(url).headers["ETag"]


def test_etag__holdout_of_an_experiment_changed__another(client, experiments, url):
    body = {"name": "E", "feature_flag_key": "e", "holdout_id": url.split("/")[-2]}
    created = client.post(experiments, body)
    before = created.headers["ETag"]

    client.patch(url, {"name": "Renamed"})

    assert client.get(f"{experiments}{created.json()['id']}/").headers["ETag"] != before


def test_etag__list__another_when_a_row_is_added(client, project, ada, holdouts, url):
    before = client.get(holdouts).headers["ETag"]
    assert client.get(holdouts).headers["ETag"] == before

    make_holdout(project, ada)

    assert client.get(holdouts).headers["ETag"] != before


def test_etag__not_an_object__none(admin, experiments, url):
    wanted = {"metric_type": "mean", "baseline_value": 1, "minimum_detectable_effect": 5}

    for response in (
        admin.get(f"{url}9"),
        admin.patch(url, {"name": None}),
        admin.post(f"{experiments}calculate_running_time/", wanted),
        admin.delete(url),
    ):
        assert "ETag" not in response.headers
