"""Columns that say what the filters say, and an index for lists with them."""

from django.db import migrations, models

# For the rows that are there; afterwards the model's rules say the same.
_IN_SQLITE = """
UPDATE feature_flags_featureflag SET
    variant_count = (
        SELECT COUNT(*) FROM json_each(filters, '$.multivariate.variants') AS served
        WHERE served.type = 'object'
    ),
    control_first = COALESCE(
        json_extract(filters, '$.multivariate.variants[0].key') = 'control', FALSE
    ),
    rolled_out = EXISTS (
        SELECT 1 FROM json_each(filters, '$.groups') AS release
        WHERE release.type = 'object'
        AND COALESCE(json_extract(filters, release.fullkey || '.rollout_percentage'), 100) = 100
        AND COALESCE(json_array_length(filters, release.fullkey || '.properties'), 0) = 0
    ) AND (
        COALESCE(json_array_length(filters, '$.multivariate.variants'), 0) = 0
        OR EXISTS (
            SELECT 1 FROM json_each(filters, '$.multivariate.variants') AS served
            WHERE json_extract(filters, served.fullkey || '.rollout_percentage') = 100
        )
    )
"""
_IN_POSTGRESQL = """
UPDATE feature_flags_featureflag SET
    variant_count = jsonb_array_length(
        jsonb_path_query_array(filters, '$.multivariate.variants[*] ? (@.type() == "object")')
    ),
    control_first = COALESCE(filters #>> '{multivariate,variants,0,key}' = 'control', FALSE),
    rolled_out = jsonb_path_exists(filters, '$.groups[*] ? (
        (!exists(@.rollout_percentage)
            || @.rollout_percentage == null || @.rollout_percentage == 100)
        && (!exists(@.properties[*]) || @.properties == null)
    )') AND (
        NOT jsonb_path_exists(filters, '$.multivariate.variants[*]')
        OR jsonb_path_exists(filters, '$.multivariate.variants[*] ? (@.rollout_percentage == 100)')
    )
"""


FILL = {"sqlite": _IN_SQLITE, "postgresql": _IN_POSTGRESQL}


def fill(apps, schema_editor):
    schema_editor.execute(FILL[schema_editor.connection.vendor], None)


class Migration(migrations.Migration):

    dependencies = [
        ("feature_flags", "0004_flag_exposure_frozen"),
    ]

    operations = [
        migrations.AddField(
            model_name="featureflag",
            name="rolled_out",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="featureflag",
            name="control_first",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="featureflag",
            name="variant_count",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
