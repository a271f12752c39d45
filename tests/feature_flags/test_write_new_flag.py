from datetime import UTC, datetime

import pytest
from django.db import transaction

from core.exceptions import RuleBroken
from feature_flags import services
from feature_flags.changes import NewFlag
from feature_flags.filters import new_filters
from feature_flags.models import FeatureFlag
from tests import factories

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def test_create_flag__valid__stored_normalised_at_version_1(project, ada):
    flag = _create(project, ada, key="checkout")

    stored = FeatureFlag.objects.get()
    assert stored == flag
    assert (stored.key, stored.active, stored.version, stored.deleted) == (
        "checkout",
        True,
        1,
        False,
    )
    assert (stored.created_by, stored.last_modified_by) == (ada, ada)
    assert stored.created_at == stored.updated_at == NOW
    assert stored.filters["groups"] == [
        {"properties": [], "rollout_percentage": 100, "aggregation_group_type_index": None}
    ]


def test_create_flag__live_flag_has_the_key__refused_by_the_database(project, ada):
    factories.make_flag(project, "checkout")

    with pytest.raises(services.KeyTaken):
        _create(project, ada, key="checkout")


def test_create_flag__deleted_flag_has_the_key__stored(project, ada):
    factories.make_flag(project, "checkout", deleted=True)

    _create(project, ada, key="checkout")

    assert FeatureFlag.objects.filter(key="checkout").count() == 2


def test_create_flag__other_project_has_the_key__stored(project, ada, foreign_project):
    factories.make_flag(foreign_project, "checkout")

    _create(project, ada, key="checkout")

    assert FeatureFlag.objects.filter(key="checkout").count() == 2


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "invalid_key"),
        ("a b", "invalid_key"),
        ("a.b", "invalid_key"),
        ("a\n", "invalid_key"),
        ("é", "invalid_key"),
        ("k" * 401, "max_length"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_create_flag__bad_key__refused(project, ada, key, code):
    with pytest.raises(RuleBroken) as refusal:
        _create(project, ada, key=key)

    assert [error.code for error in refusal.value.detail["key"]] == [code]
    assert FeatureFlag.objects.count() == 0


def _create(project, actor, *, key: str) -> FeatureFlag:
    values = NewFlag(
        key=key,
        name="Checkout",
        active=True,
        filters=new_filters(
            variants=factories.TWO_VARIANTS,
            rollout_percentage=100,
            group_type_index=None,
            holdout=None,
        ),
        ensure_experience_continuity=False,
        folder=None,
        creation_context="experiments",
    )
    with transaction.atomic():
        return services.insert_flag(project=project, values=values, actor=actor, now=NOW)
