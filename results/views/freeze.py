"""The endpoints that freeze the exposure of an experiment: who was exposed, results know."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from experiments.serializers import ExperimentSerializer
from experiments.services import unfreeze_exposure
from results import services
from results.views.experiments import ExperimentViewSet

_WRITE = ["experiment:write"]


class ExposureFreezeViewSet(ExperimentViewSet):
    """Whether new people take part in a running experiment."""

    document_tag = "experiments"
    serializer_class = ExperimentSerializer

    @extend_schema(request=None, responses=ExperimentSerializer)
    @action(detail=True, methods=["post"], required_scopes=_WRITE)
    def freeze_exposure(self, request: Request, **kwargs: object) -> Response:
        """Let nobody new in: whoever was exposed until now keeps their variant, and counts.

        They become a static cohort, to which each condition of the flag is narrowed.
        """
        experiment = services.freeze_exposed(
            experiment=self.experiment, actor=self.actor, now=self.now
        )
        return Response(self.get_serializer(experiment).data)

    @extend_schema(request=None, responses=ExperimentSerializer)
    @action(detail=True, methods=["post"], required_scopes=_WRITE)
    def unfreeze_exposure(self, request: Request, **kwargs: object) -> Response:
        """Let new people in again, and delete the cohort of who was exposed before."""
        experiment = unfreeze_exposure(experiment=self.experiment, actor=self.actor, now=self.now)
        return Response(self.get_serializer(experiment).data)
