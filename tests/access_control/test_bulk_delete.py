import pytest

from tenants.levels import FEATURE_FLAG
from tests import factories
from tests.looping import in_one_test


@pytest.fixture
def flags(project, ada, grace):
    return [
        factories.make_flag(project, "of-ada", created_by=ada),
        factories.make_flag(project, "of-grace", created_by=grace),
    ]


@pytest.fixture
def delete(colleague, project):
    return lambda **body: colleague.post(
        f"/api/projects/{project.pk}/feature_flags/bulk_delete/", body
    ).json()


@pytest.fixture
def give_flags(give, grace):
    return lambda level, row=None: give(level, to=grace, about=FEATURE_FLAG, row=row)


@pytest.mark.parametrize("level", ["viewer", "none"])
def test_bulk_delete__too_low_for_the_kind__own_ones_deleted(delete, flags, give_flags, level):
    give_flags(level)

    body = delete(ids=[flag.pk for flag in flags])

    assert [flag["key"] for flag in body["deleted"]] == ["of-grace"]
    [error] = body["errors"]
    assert (error["id"], "editor access" in error["reason"]) == (flags[0].pk, True)
    flags[0].refresh_from_db()
    assert not flags[0].deleted


def test_bulk_delete__editor_of_one__that_deleted(delete, flags, give_flags):
    give_flags("viewer")
    give_flags("editor", flags[0])

    body = delete(ids=[flag.pk for flag in flags])

    assert [flag["key"] for flag in body["deleted"]] == ["of-ada", "of-grace"]


@in_one_test(("level", "is_told"), [("viewer", True), ("none", False)])
def test_bulk_delete__level_too_low__key_told_to_readers(delete, flags, give_flags, level, is_told):
    give_flags(level, flags[0])

    [error] = delete(ids=[flags[0].pk])["errors"]

    assert ("key" in error) == is_told


def test_bulk_delete__filters__denied_ones_not_told(delete, flags, give_flags):
    give_flags("none", flags[0])

    body = delete(filters={"active": True})

    assert [flag["key"] for flag in body["deleted"]] == ["of-grace"]
    assert body["errors"] == []


def test_bulk_delete__filters__those_of_viewers_refused(delete, flags, give_flags):
    give_flags("viewer", flags[0])

    body = delete(filters={"active": True})

    assert [error["key"] for error in body["errors"]] == ["of-ada"]
