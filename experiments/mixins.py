"""The steps of an experiment's life as endpoints."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED
from rest_framework.views import APIView

from experiments import services
from experiments.copy_target import copy_target
from experiments.serializers import (
    CopyToProjectSerializer,
    DuplicateSerializer,
    ExperimentSerializer,
    ShipVariantSerializer,
    VerdictSerializer,
)
from experiments.steps import prepared
from projects.models import Project

_WRITE = ["experiment:write"]


def _step(request: object = None, *, status: int = 200) -> object:
    """Mark a method as the endpoint of a step that answers with the experiment."""

    def mark(method: object) -> object:
        documented = extend_schema(request=request, responses={status: ExperimentSerializer})
        return action(detail=True, methods=["post"], required_scopes=_WRITE)(documented(method))

    return mark


class LifecycleMixin:
    # No docstring: it would become the published description of the resource.

    target: Project | None = None

    @property
    def approval_project(self) -> Project:
        # A copy happens in the project it goes to.
        return self.target or self.project

    @_step()
    def launch(self, request: Request, **kwargs: object) -> Response:
        """Start a draft now and activate its flag."""
        return self._take("launch")

    @_step()
    def pause(self, request: Request, **kwargs: object) -> Response:
        """Deactivate the flag of a running experiment."""
        return self._take("pause")

    @_step()
    def resume(self, request: Request, **kwargs: object) -> Response:
        """Activate the flag of a paused experiment again."""
        return self._take("resume")

    @_step(VerdictSerializer)
    def end(self, request: Request, **kwargs: object) -> Response:
        """Stop a running experiment now; its flag stays as it is."""
        return self._take("end")

    @_step(ShipVariantSerializer)
    def ship_variant(self, request: Request, **kwargs: object) -> Response:
        """Serve one variant to everyone and stop the experiment if it runs."""
        return self._take("ship_variant")

    @_step()
    def archive(self, request: Request, **kwargs: object) -> Response:
        """Put a stopped experiment out of the lists."""
        return self._take("archive")

    @_step()
    def unarchive(self, request: Request, **kwargs: object) -> Response:
        """Bring an archived experiment back into the lists."""
        return self._take("unarchive")

    @_step()
    def reset(self, request: Request, **kwargs: object) -> Response:
        """Make an experiment a draft again; its flag stays as it is."""
        return self._take("reset")

    @_step(DuplicateSerializer, status=HTTP_201_CREATED)
    def duplicate(self, request: Request, **kwargs: object) -> Response:
        """Make a draft like this one, on the same flag unless a key is given."""
        return self._take("duplicate", status=HTTP_201_CREATED)

    @_step(CopyToProjectSerializer, status=HTTP_201_CREATED)
    def copy_to_project(self, request: Request, **kwargs: object) -> Response:
        """Make a draft like this one in another project of the organization."""
        experiment = self.get_object()
        body = CopyToProjectSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        self.target = copy_target(
            project=self.project,
            project_id=body.validated_data["target_team_id"],
            actor=self.actor,
            key=request.auth,
        )
        copy = services.copy_experiment(
            experiment=experiment,
            target=self.target,
            name=body.validated_data.get("name"),
            feature_flag_key=body.validated_data.get("feature_flag_key"),
            actor=self.actor,
            now=self.now,
        )
        return Response(self.get_serializer(copy).data, status=HTTP_201_CREATED)

    def handle_exception(self: APIView, exc: Exception) -> Response:
        if isinstance(exc, services.NotCopied):
            # Wire quirk: copies-refuse-barely, see docs/quirks.md.
            return Response({"detail": str(exc.detail)}, status=exc.status_code)
        return super().handle_exception(exc)

    def _take(self, name: str, *, status: int = 200) -> Response:
        service, arguments = prepared(
            name,
            experiment=self.get_object(),
            data=self.request.data,
            actor=self.actor,
            now=self.now,
        )
        return Response(self.get_serializer(service(**arguments)).data, status=status)
