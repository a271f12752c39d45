import pytest

from activity.services import record_creation
from activity.subjects import HOLDOUT
from core.http.client_name import current_client, speaking_for
from tests import factories
from tests.activity.history import entries


def make(client, project, **headers):
    url = f"/api/projects/{project.pk}/experiment_holdouts/"
    return client.post(url, {"name": "Few"}, headers=headers)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("mcp", "mcp", id="short"),
        pytest.param("x" * 300, "x" * 79, id="long"),
        pytest.param(" web app ", "web app", id="blanks"),
        pytest.param("a\x00\tb", "ab", id="not_printable"),
        pytest.param("", None, id="empty"),
        pytest.param("\x00", None, id="nothing_printable"),
    ],
)
def test_client__named_in_the_header__kept(client, project, sent, kept):
    response = make(client, project, **{"X-PostHog-Client": sent})

    assert response.status_code == 201
    assert entries(project)[-1].client == kept


def test_client__named_once__forgotten_after_the_request(client, project):
    make(client, project, **{"X-PostHog-Client": "mcp"})
    make(client, project)

    assert [entry.client for entry in entries(project)] == ["mcp", None]
    assert current_client() is None


def test_client__request_that_fails__forgotten():
    def fail():
        with speaking_for("mcp"):
            raise LookupError(current_client())

    with pytest.raises(LookupError, match="mcp"):
        fail()

    assert current_client() is None


def test_record__no_actor__by_the_system(project, ada):
    holdout = factories.make_holdout(project, ada)

    record_creation(HOLDOUT, holdout, actor=None, now=holdout.created_at)

    assert [entry.is_system for entry in entries(project)] == [False, True]


@pytest.mark.django_db(transaction=True)
def test_record__outside_a_transaction__refused(project, ada):
    holdout = factories.make_holdout(project, ada)

    with pytest.raises(RuntimeError):
        record_creation(HOLDOUT, holdout, actor=ada, now=holdout.created_at)

    assert len(entries(project)) == 1
