"""What the columns of a flag say of its filters, however they were written."""

from importlib import import_module

import pytest
from django.db import connection

from feature_flags.models import FeatureFlag
from tests import factories
from tests.feature_flags.paths import flags_of, path_of
from tests.feature_flags.test_stale_flags import NOT_ROLLED_OUT, ROLLED_OUT

COLUMNS = ("exposure_frozen", "rolled_out", "control_first", "variant_count")
THREE = [
    {"key": "control", "rollout_percentage": 40},
    {"key": "blue", "rollout_percentage": 30},
    {"key": "green", "rollout_percentage": 30},
]
OTHERS = {
    "control first": {"groups": [], "multivariate": {"variants": THREE}},
    "control last": {"groups": [], "multivariate": {"variants": THREE[::-1]}},
    "variants that are none": {"groups": [], "multivariate": {"variants": [*THREE, 5, None]}},
}
FILTERS = {**ROLLED_OUT, **NOT_ROLLED_OUT, **OTHERS}


def columns_of(flag: FeatureFlag) -> tuple[object, ...]:
    return FeatureFlag.objects.values_list(*COLUMNS).get(pk=flag.pk)


def test_derived_columns__filters_edited__they_follow(client, project):
    flag = factories.make_flag(project)
    assert columns_of(flag) == (False, False, True, 2)

    filters = {"groups": [{"properties": [], "rollout_percentage": 100}]}
    response = client.patch(
        path_of(flag),
        {"filters": filters, "version": flag.version},
        content_type="application/json",
    )

    assert response.status_code == 200
    assert columns_of(flag) == (False, True, False, 0)


def test_derived_columns__created__they_follow(client, project):
    groups = [{"properties": [], "rollout_percentage": 50}]
    filters = {"groups": groups, "multivariate": {"variants": THREE}}
    body = {"key": "new", "filters": filters}

    response = client.post(flags_of(project), body, content_type="application/json")

    assert response.status_code == 201, response.content
    assert columns_of(FeatureFlag.objects.get()) == (False, False, True, 3)


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_derived_columns__rows_of_former_versions__filled_alike(project, filters):
    flag = factories.make_flag(project, filters=filters)
    written = columns_of(flag)
    FeatureFlag.objects.update(rolled_out=False, control_first=False, variant_count=99)

    migration = import_module("feature_flags.migrations.0005_flags_in_lists")
    with connection.cursor() as cursor:
        cursor.execute(migration.FILL[connection.vendor])

    assert columns_of(flag) == written
