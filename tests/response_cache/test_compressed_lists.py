import gzip

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from tests import factories
from tests.sessions import old_session_of
from tests.test_house_rules import routes

GZIP = {"Accept-Encoding": "br, gzip;q=0.8"}


@pytest.fixture
def packing(client):
    # The document tells of JSON, which these answers are only once they are unpacked.
    unchecked = APIClient(headers=GZIP)
    unchecked.credentials(**client._credentials)
    return unchecked


@pytest.fixture
def lists(project, ada):
    for name in ("one", "two", "three", "four"):
        factories.make_experiment(project, ada, feature_flag_key=name)
        factories.make_holdout(project, ada)
        factories.make_saved_metric(project, ada, description="x" * 400)
    below = f"/api/projects/{project.pk}"
    names = ("experiments", "experiment_holdouts", "experiment_saved_metrics", "feature_flags")
    return [f"{below}/{name}/" for name in names]


def test_list__gzip_accepted__the_same_compressed(client, packing, lists):
    for url in lists:
        plain = client.get(url)
        # Twice: as it is rendered, and as it is cached.
        for _ in range(2):
            packed = packing.get(url)

            assert packed.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(packed.content) == plain.content
            assert len(packed.content) == int(packed.headers["Content-Length"])
            assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
        assert packed.headers["Vary"] == plain.headers["Vary"]
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Content-Encoding" not in plain.headers
        assert client.get(url).content == plain.content


def test_list__compressed_and_known__304(packing, lists):
    etag = packing.get(lists[0]).headers["ETag"]

    response = packing.get(lists[0], headers={"If-None-Match": etag})

    assert (response.status_code, response.content) == (304, b"")
    assert "Content-Encoding" not in response.headers


def test_list__changed__compressed_anew(client, packing, lists):
    first = packing.get(lists[0])
    identity = client.get(lists[0]).json()["results"][0]["id"]
    client.patch(f"{lists[0]}{identity}/", {"name": "Another"})

    assert b"Another" in gzip.decompress(packing.get(lists[0]).content)
    assert b"Another" not in gzip.decompress(first.content)


@pytest.mark.parametrize(
    "accepted", ["", "br", "gzip;q=0", "gzip; Q=0.0", "notgzip", "identity"], ids=str
)
def test_list__gzip_not_accepted__as_it_is(client, lists, accepted):
    response = client.get(lists[0], headers={"Accept-Encoding": accepted})

    assert "Content-Encoding" not in response.headers
    assert response.json()["count"] == 4


def test_list__short__as_it_is(client, project):
    response = client.get(f"/api/projects/{project.pk}/experiments/", headers=GZIP)

    assert "Content-Encoding" not in response.headers


def test_list__of_a_session__as_it_is(ada, lists):
    with old_session_of(ada) as session:
        for url in lists:
            response = session.get(url, headers=GZIP)

            assert response.status_code == 200
            assert "Content-Encoding" not in response.headers


def test_list__key_in_the_query__as_it_is(anonymous, client, lists):
    value = client._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer ")

    response = anonymous.get(lists[0], {"personal_api_key": value}, headers=GZIP)

    assert response.json()["count"] == 4
    assert "Content-Encoding" not in response.headers


def test_object__gzip_accepted__as_it_is(client, lists):
    identity = client.get(lists[0]).json()["results"][0]["id"]

    response = client.get(f"{lists[0]}{identity}/", headers=GZIP)

    assert "Content-Encoding" not in response.headers


def test_compressed_lists__of_all_views__none_with_a_secret_or_a_visitors_words():
    compressing = {
        callback.cls.__name__
        for _, callback in routes(get_resolver().url_patterns)
        if getattr(getattr(callback, "cls", None), "compresses_lists", False)
    }

    assert compressing == {
        "ExperimentViewSet",
        "FeatureFlagViewSet",
        "HoldoutViewSet",
        "SavedMetricViewSet",
    }
