"""The event that counts as being exposed to an experiment."""

from typing import Literal

from saved_metrics.documents.base import QueryNode
from saved_metrics.documents.properties import PropertyFilter


class ExperimentEventExposureConfig(QueryNode):
    """An event, narrowed by properties, that marks the exposure."""

    kind: Literal["ExperimentEventExposureConfig"] = "ExperimentEventExposureConfig"
    event: str
    properties: list[PropertyFilter]
