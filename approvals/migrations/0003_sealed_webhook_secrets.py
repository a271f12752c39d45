from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from core.encryption import decrypted, encrypted

_PURPOSE = "webhook secrets"


def seal(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for endpoint in apps.get_model("approvals", "WebhookEndpoint").objects.all():
        endpoint.sealed_secret = encrypted(endpoint.sealed_secret, purpose=_PURPOSE)
        endpoint.save(update_fields=["sealed_secret"])


def unseal(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for endpoint in apps.get_model("approvals", "WebhookEndpoint").objects.all():
        endpoint.sealed_secret = decrypted(endpoint.sealed_secret, purpose=_PURPOSE)
        endpoint.save(update_fields=["sealed_secret"])


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_webhooks")]

    operations = [
        migrations.AlterField(
            model_name="webhookendpoint",
            name="secret",
            field=models.CharField(editable=False, max_length=255),
        ),
        migrations.RenameField("webhookendpoint", "secret", "sealed_secret"),
        migrations.RunPython(seal, unseal),
    ]
