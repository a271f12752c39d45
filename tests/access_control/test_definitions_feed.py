"""The definitions of all flags are for those who may see all of them."""

import pytest

from tests import factories
from tests.assertions import assert_error

PATHS = ["/flags/definitions", "/api/feature_flag/local_evaluation"]


@pytest.fixture
def read(anonymous, project, grace):
    bearer = factories.make_key(grace, "feature_flag:read")

    def read(path=PATHS[0], *, bearer=bearer):
        return anonymous.get(
            f"{path}?token={project.api_token}", headers={"Authorization": f"Bearer {bearer}"}
        )

    return read


@pytest.mark.parametrize("path", PATHS)
def test_definitions__project_closed_to_the_user__are_403(read, give, project, path):
    give("none", about="project", row=project)

    assert_error(read(path), 403, "permission_denied")


def test_definitions__project_closed_after_they_were_read__are_403(read, give, project):
    assert read().status_code == 200

    give("none", about="project", row=project)

    assert_error(read(), 403, "permission_denied")


def test_definitions__closed_project_open_to_the_user__are_read(read, give, grace, project):
    give("none", about="project", row=project)
    give("member", to=grace, about="project", row=project)

    assert read().status_code == 200


def test_definitions__flags_closed_to_the_user__are_403(read, give):
    give("none", about="feature_flag")

    assert_error(read(), 403, "permission_denied")


def test_definitions__one_flag_hidden_from_the_user__are_403(read, give, project):
    give("none", about="feature_flag", row=factories.make_flag(project, "hidden"))

    assert_error(read(), 403, "permission_denied")


def test_definitions__hidden_flag_that_is_not_among_them__are_read(read, give, project):
    old = factories.make_flag(project, "old", active=False, archived=True)
    give("none", about="feature_flag", row=old)

    assert read().status_code == 200


def test_definitions__hidden_flag_of_their_own__are_read(read, give, project, grace):
    give("none", about="feature_flag", row=factories.make_flag(project, "own", created_by=grace))

    assert read().status_code == 200


def test_definitions__one_flag_hidden_from_all__are_read_by_admins(read, give, project, edith):
    give("none", about="feature_flag", row=factories.make_flag(project, "hidden"))

    assert read(bearer=factories.make_key(edith, "feature_flag:read")).status_code == 200
