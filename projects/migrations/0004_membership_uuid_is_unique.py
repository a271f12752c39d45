import core.identifiers
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0003_memberships_get_their_uuids'),
    ]

    operations = [
        migrations.AlterField(
            model_name='membership',
            name='uuid',
            field=models.UUIDField(default=core.identifiers.uuid7, editable=False, unique=True),
        ),
    ]
