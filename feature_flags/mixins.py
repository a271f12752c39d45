"""The endpoints of flags beside the plain ones."""

import json
from typing import TYPE_CHECKING, Any, cast

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_200_OK

from api.models import IdempotencyKey
from core.exceptions import NotFound
from core.http.pagination import MAX_IDS, first_of
from core.http.query_text import is_id
from core.http.responses import BARE_OR_PLAIN
from feature_flags import selectors, services
from feature_flags.listing import MAX_SEARCH_LENGTH, ORDERS, TYPES
from feature_flags.models import EvaluationRuntime
from feature_flags.rollout import rollout_facts
from feature_flags.selections import readable_ids, selection_of
from feature_flags.serializers import (
    BulkDeleteSerializer,
    BulkKeysSerializer,
    DeletionsSerializer,
    DependentFlagSerializer,
    FeatureFlagSerializer,
    FlagKeysSerializer,
    FlagStandingSerializer,
    MatchingIdsSerializer,
)
from feature_flags.versions import get_version

if TYPE_CHECKING:
    from api.viewsets import ProjectScopedViewSet as _View
else:
    _View = object

_READ, _WRITE = ["feature_flag:read"], ["feature_flag:write"]
_ERROR = {"$ref": "#/components/schemas/Error"}
LIST_PARAMETERS = [
    OpenApiParameter(
        "active",
        str,
        description="`true`, `false`, or `STALE` for active ones that have long served everyone "
        "the same.",
    ),
    OpenApiParameter(
        "created_by_id",
        str,
        description="The id of a user, or several with commas or as a JSON list.",
    ),
    OpenApiParameter(
        "search",
        str,
        description="A part of the key, of the name or of an experiment's name. A blank finds "
        f"blanks, `-` and `_`. At most {MAX_SEARCH_LENGTH} characters.",
    ),
    OpenApiParameter("type", str, description=f"One of {', '.join(TYPES)}."),
    OpenApiParameter(
        "evaluation_runtime", str, description=f"One of {', '.join(EvaluationRuntime.values)}."
    ),
    OpenApiParameter(
        "excluded_properties", str, description="A JSON list of keys of flags to leave out."
    ),
    OpenApiParameter("tags", str, description="A JSON list: flags with one of these tags."),
    OpenApiParameter(
        "excluded_tags", str, description="A JSON list: flags with none of these tags."
    ),
    OpenApiParameter("key", str, description="The whole key, in any case."),
    OpenApiParameter(
        "eligible_for_experiment", bool, description="`true`: flags with 2 to 20 variants."
    ),
    OpenApiParameter(
        "archived", bool, description="`true`: only archived flags. By default they are left out."
    ),
    OpenApiParameter("has_evaluation_contexts", bool),
    OpenApiParameter("has_evaluation_tags", bool, description="The former name of the above."),
    OpenApiParameter(
        "order", str, description=f"One of {', '.join(ORDERS)}; with - in front, descending."
    ),
]


class FlagReadsMixin(_View):
    # No docstring: it would become the published description of the resource.

    @extend_schema(
        summary="Tell what has become of a flag",
        responses=OpenApiResponse(FlagStandingSerializer, "The status, why, and how far it goes."),
    )
    @action(detail=True, required_scopes=_READ)
    def status(self, request: Request, **kwargs: object) -> Response:
        """Say whether the flag still tells people apart, and how far it is rolled out."""
        flag = self.get_object()
        status = flag.status_at(self.now)
        standing = {"status": status.lower(), "reason": status.reason}
        return Response(
            FlagStandingSerializer(standing | {"rollout": rollout_facts(flag.filters)}).data
        )

    @extend_schema(
        summary="List the flags that depend on a flag",
        responses=OpenApiResponse(DependentFlagSerializer(many=True), "Those that are on."),
    )
    @action(detail=True, required_scopes=_READ, pagination_class=None)
    def dependent_flags(self, request: Request, **kwargs: object) -> Response:
        """List the active flags whose filters ask for the value of this one.

        It lists the oldest 1,000 flags; `X-Total-Count` says how many there are.
        """
        dependents = selectors.list_dependents(flag=self.get_object())
        shown, headers = first_of(self.access.visible(self.access_resource, dependents))
        serializer: Any = DependentFlagSerializer(cast("Any", shown), many=True)
        return Response(serializer.data, headers=headers)

    @extend_schema(
        summary="Read a version of a flag",
        parameters=[
            OpenApiParameter(
                "version", int, OpenApiParameter.PATH, description="The number of the version."
            )
        ],
        responses={
            200: OpenApiResponse(FeatureFlagSerializer, "The flag as it was then."),
            400: OpenApiResponse(_ERROR, "The flag is a remote configuration, or was one then."),
            404: OpenApiResponse(_ERROR, "No such flag, or no such version of it."),
            422: OpenApiResponse(_ERROR, "The history does not tell what it was like."),
        },
    )
    @action(detail=True, required_scopes=_READ, url_path=r"versions/(?P<version>[^/.]+)")
    def versions(self, request: Request, version: str, **kwargs: object) -> Response:
        """Read the flag as it was at a version, rebuilt from its history.

        `experiment_set` and `user_access_level` are those of today.
        """
        flag = self.get_object()
        if not is_id(version):
            raise NotFound
        past = get_version(flag=flag, version=int(version))
        return Response(self.get_serializer(past).data)


class ManyFlagsMixin(_View):
    # No docstring: it would become the published description of the resource.

    @extend_schema(
        summary="List the ids of flags",
        parameters=LIST_PARAMETERS,
        responses=OpenApiResponse(MatchingIdsSerializer, "All ids, in the order of the list."),
    )
    @action(detail=False, required_scopes=_READ, pagination_class=None)
    def matching_ids(self, request: Request, **kwargs: object) -> Response:
        """List the ids of all flags that the list would show with the same parameters.

        `ids` has at most 10,000 of them, `total` counts all.
        """
        flags = selectors.list_live_flags(
            access=self.access, parameters=request.query_params, now=self.now
        )
        found = self.access.visible(self.access_resource, flags)
        # Wire quirk: lists-without-pages-have-a-maximum, see docs/quirks.md.
        shown = {"ids": selectors.ids_of(found[:MAX_IDS]), "total": found.count()}
        return Response(MatchingIdsSerializer(shown).data)

    @extend_schema(
        summary="Look up the keys of flags",
        request=BulkKeysSerializer,
        responses={
            200: OpenApiResponse(FlagKeysSerializer, "The keys by id; unknown ids are left out."),
            400: OpenApiResponse(BARE_OR_PLAIN, "No list of ids, or one without any id."),
        },
    )
    @action(detail=False, methods=["post"], required_scopes=_READ)
    def bulk_keys(self, request: Request, **kwargs: object) -> Response:
        """Look up the keys of many flags, deleted ones too; what is no id is warned of."""
        ids, warning = readable_ids(request.data)
        flags = self.access.visible(
            self.access_resource, selectors.list_flags(project=self.project)
        )
        keys = selectors.keys_of(flags, ids=ids)
        return Response(FlagKeysSerializer({"keys": keys} | warning).data)

    @extend_schema(
        summary="Delete many flags",
        request=BulkDeleteSerializer,
        responses={
            200: OpenApiResponse(DeletionsSerializer, "What became of each of them."),
            400: OpenApiResponse(
                BARE_OR_PLAIN,
                "Not exactly one of `ids` and `filters`, an unusable one, or too many.",
            ),
        },
    )
    @action(detail=False, methods=["post"], required_scopes=_WRITE, checks_each_object=True)
    def bulk_delete(self, request: Request, **kwargs: object) -> Response:
        """Delete many flags as PATCH `deleted` does; one that is refused does not stop the others.

        What is refused is told in `errors`, so an answer with errors in it is a 200 as well.
        """
        deletions = services.delete_flags(
            selection=selection_of(request.data),
            access=self.access,
            actor=self.actor,
            now=self.now,
        )
        return Response(DeletionsSerializer(deletions).data)

    def check_replay(self, answer: IdempotencyKey) -> None:
        super().check_replay(answer)
        if self.action == "bulk_delete" and answer.status == HTTP_200_OK:
            told = json.loads(answer.body)
            named = [row["id"] for row in told["deleted"] + told["errors"] if "key" in row]
            self.check_replay_of_many(named)
