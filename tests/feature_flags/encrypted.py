"""A flag with a secret, and every text that the database keeps."""

from django.apps import apps

SECRET = '{"token": "swordfish"}'
WORD = "swordfish"
PLACEHOLDER = '"********* (encrypted)"'
ENCRYPTED = {"is_remote_configuration": True, "has_encrypted_payloads": True}


def filters(payload: object = SECRET, rollout: int = 100) -> dict[str, object]:
    """Return filters with this payload for everyone."""
    groups = [{"properties": [], "rollout_percentage": rollout}]
    return {"groups": groups, "payloads": {"true": payload}}


def everything_kept() -> str:
    """Return all rows of all tables as one text."""
    return "\n".join(
        str(row)
        for model in apps.get_models(include_auto_created=True)
        for row in model.objects.values_list()
    )
