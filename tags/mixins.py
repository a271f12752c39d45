"""The endpoint that changes the tags of many objects of one kind."""

import json
from typing import TYPE_CHECKING, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_200_OK

from api.models import IdempotencyKey
from tags.registry import TaggedKind
from tags.serializers import BulkTagsSerializer, TagsUpdatedSerializer
from tags.services import TagAction, TagsUpdated, update_tags

if TYPE_CHECKING:
    from api.viewsets import ProjectScopedViewSet as _View
else:
    _View = object


class TagsMixin(_View):
    # No docstring: it would become the published description of the resource.

    tagged_kind: ClassVar[TaggedKind]
    write_actions = ("bulk_update_tags",)

    @extend_schema(
        summary="Change the tags of many",
        request=BulkTagsSerializer,
        responses=OpenApiResponse(TagsUpdatedSerializer, "What became of each of them."),
    )
    @action(detail=False, methods=["post"], checks_each_object=True, pagination_class=None)
    def bulk_update_tags(self, request: Request, **kwargs: object) -> Response:
        """Add, remove or replace the tags of up to 500 of them; skip what you may not edit."""
        body = BulkTagsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(TagsUpdatedSerializer(self._updated(**body.validated_data)).data)

    def _updated(self, *, ids: list[int], action: str, tags: list[str]) -> TagsUpdated:
        return update_tags(
            kind=self.tagged_kind,
            project=self.project,
            ids=ids,
            action=TagAction(action),
            tags=tags,
            access=self.access,
            actor=self.actor,
            now=self.now,
        )

    def check_replay(self, answer: IdempotencyKey) -> None:
        super().check_replay(answer)
        if self.action == "bulk_update_tags" and answer.status == HTTP_200_OK:
            self.check_replay_of_many([row["id"] for row in json.loads(answer.body)["updated"]])
