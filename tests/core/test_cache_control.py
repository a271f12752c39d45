import pytest

OURS = "private, no-cache"


@pytest.mark.parametrize("rest", ["experiments/", "feature_flags/", "nothing/", "experiments/0/"])
def test_cache_control__answer_of_the_api__nobody_else_keeps_it(client, project, rest):
    response = client.get(f"/api/projects/{project.pk}/{rest}")

    assert response.headers["Cache-Control"] == OURS


def test_cache_control__refusal_and_not_modified__the_same(client, anonymous, project):
    url = f"/api/projects/{project.pk}/experiments/"
    etag = client.get(url).headers["ETag"]

    assert anonymous.get(url).headers["Cache-Control"] == OURS
    assert anonymous.get("/api/nothing").headers["Cache-Control"] == OURS
    known = client.get(url, headers={"If-None-Match": etag})
    assert (known.status_code, known.headers["Cache-Control"]) == (304, OURS)


def test_cache_control__answer_with_its_own__kept(client, project):
    project.refresh_from_db()

    response = client.get(f"/api/feature_flag/local_evaluation?token={project.api_token}")

    assert response.headers["Cache-Control"] == "private, must-revalidate"


def test_cache_control__beside_the_api__none(anonymous):
    assert "Cache-Control" not in anonymous.get("/_livez").headers
