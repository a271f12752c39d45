import core.identifiers
from django.db import migrations


def give_each_its_own(apps, schema_editor):
    # Adding the column has given all rows the same one.
    memberships = apps.get_model('projects', 'Membership').objects
    for pk in memberships.order_by('pk').values_list('pk', flat=True):
        memberships.filter(pk=pk).update(uuid=core.identifiers.uuid7())


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0002_membership_uuid'),
    ]

    operations = [
        migrations.RunPython(give_each_its_own, migrations.RunPython.noop),
    ]
