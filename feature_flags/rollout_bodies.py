"""Parses bodies of rollout changes."""

from typing import Any

from rest_framework.serializers import Serializer

from feature_flags import services
from feature_flags.serializers import RollOutSerializer, SetShareSerializer

_BODIES: dict[str, type[Serializer[Any]]] = {
    "set_release_condition_rollout": SetShareSerializer,
    "roll_out_to_everyone": RollOutSerializer,
}
ROLLOUTS = tuple(_BODIES)


def rollout_of(name: str, data: object) -> services.Rollout:
    """Return the rollout that a body asks for by the name of its action.

    :raises ValidationError: when the body is not one for this action.
    """
    body = _BODIES[name](data=data)
    body.is_valid(raise_exception=True)
    sent = body.validated_data
    if name == "roll_out_to_everyone":
        return services.to_everyone(variant_key=sent.get("variant_key"), version=sent["version"])
    return services.share_at(
        index=sent["condition_index"],
        percentage=sent["rollout_percentage"],
        version=sent["version"],
    )
