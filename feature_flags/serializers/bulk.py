"""Many flags on the wire: their ids and keys, and what became of those to be deleted."""

from typing import Any

from rest_framework import serializers

from feature_flags.filters import RolloutState


class MatchingIdsSerializer(serializers.Serializer[Any]):
    """The ids of flags, and how many they are."""

    ids = serializers.ListField(child=serializers.IntegerField())
    total = serializers.IntegerField()


class BulkKeysSerializer(serializers.Serializer[Any]):
    """The ids of flags."""

    ids = serializers.ListField(child=serializers.IntegerField())


class FlagKeysSerializer(serializers.Serializer[Any]):
    """The keys of flags by their ids, as text."""

    keys = serializers.DictField(child=serializers.CharField())
    warning = serializers.CharField(required=False, help_text="What was no id, if anything.")


class BulkDeleteSerializer(serializers.Serializer[Any]):
    """Which flags shall go: exactly one of the two."""

    ids = serializers.ListField(child=serializers.IntegerField(), required=False)
    filters = serializers.DictField(
        required=False,
        help_text='The filters of the list, such as `{"active": false, "tags": ["q3"]}`. '
        "An unknown or empty one is refused.",
    )


class DeletedFlagSerializer(serializers.Serializer[Any]):
    """A flag that is deleted now, and what it last did."""

    id = serializers.IntegerField()
    key = serializers.CharField(help_text="The key that code knows it by.")
    rollout_state = serializers.ChoiceField(choices=[state.value for state in RolloutState])
    active_variant = serializers.CharField(
        allow_null=True, help_text="The variant that everyone was served, if that was a variant."
    )


class RefusedFlagSerializer(serializers.Serializer[Any]):
    """A flag that is not deleted, and why."""

    id = serializers.IntegerField()
    key = serializers.CharField(
        required=False, help_text="Not there where there is no such flag, or none you may read."
    )
    reason = serializers.CharField()


class DeletionsSerializer(serializers.Serializer[Any]):
    """What became of each of the flags."""

    deleted = DeletedFlagSerializer(many=True)
    errors = RefusedFlagSerializer(many=True)  # type: ignore[assignment]  # a field of this name
