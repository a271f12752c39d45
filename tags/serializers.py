"""Tags of many objects on the wire."""

from typing import Any

from rest_framework import serializers

from core.exceptions import RuleBroken
from core.http.fields import CaseInsensitiveChoiceField, ListField
from tags.fields import TagsField
from tags.services import TagAction
from tags.validation import MAX_IDS

_ACTIONS = [(action.value, action.value) for action in TagAction]
# Ids have 64 bits.
_MAX_ID = 10**18


class BulkTagsSerializer(serializers.Serializer[Any]):
    """What shall be done with the tags of many objects."""

    ids = ListField(
        child=serializers.IntegerField(min_value=0, max_value=_MAX_ID),
        allow_empty=False,
        max_length=MAX_IDS,
    )
    action = CaseInsensitiveChoiceField(
        choices=_ACTIONS,
        help_text="`add` keeps what they have, `remove` takes these away, `set` replaces all.",
    )
    tags = TagsField(help_text="May be empty for `set` alone.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["action"] != TagAction.SET and not attrs["tags"]:
            raise RuleBroken(f"Name at least one tag to {attrs['action']}.", attr="tags")
        return attrs


class TaggedSerializer(serializers.Serializer[Any]):
    """An object and all of its tags now."""

    id = serializers.IntegerField()
    tags = serializers.ListField(child=serializers.CharField())


class SkippedSerializer(serializers.Serializer[Any]):
    """An object that was left as it is."""

    id = serializers.IntegerField()
    reason = serializers.CharField(
        help_text="The same for what is not there and for what you may not edit."
    )


class TagsUpdatedSerializer(serializers.Serializer[Any]):
    """What became of each object."""

    updated = TaggedSerializer(many=True)
    skipped = SkippedSerializer(many=True)
