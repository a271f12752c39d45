import core.identifiers
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='uuid',
            field=models.UUIDField(default=core.identifiers.uuid7, editable=False, null=True),
        ),
    ]
