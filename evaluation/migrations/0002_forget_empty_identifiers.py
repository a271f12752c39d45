from django.db import migrations


def forget(apps, schema_editor):
    # An empty anonymous id gave everybody who sent it one and the same variant.
    apps.get_model("evaluation", "KeptIdentifier").objects.filter(identifier="").delete()


class Migration(migrations.Migration):

    dependencies = [
        ("evaluation", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop, elidable=True),
    ]
