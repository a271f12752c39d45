"""Gives live actions of one project distinct names: so far nobody has asked for that."""

from django.db import migrations


def make_names_distinct(apps, schema_editor):
    Action = apps.get_model("actions", "Action")
    seen = set()
    for action in Action.objects.filter(deleted=False).order_by("pk").only("project", "name"):
        if (action.project_id, action.name) in seen:
            suffix = f" ({action.pk})"
            action.name = action.name[: 400 - len(suffix)] + suffix
            action.save(update_fields=["name"])
        seen.add((action.project_id, action.name))


class Migration(migrations.Migration):

    dependencies = [
        ('actions', '0003_action_fields'),
    ]

    operations = [
        migrations.RunPython(make_names_distinct, migrations.RunPython.noop),
    ]
