"""The saved metric on the wire."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from actions.selectors import action_names, hidden_actions
from core.exceptions import not_in_project
from core.http.fields import DocumentField
from core.http.serializers import ModelSerializer
from saved_metrics.documents import action_ids, with_action_names
from saved_metrics.models import SavedMetric
from saved_metrics.validation import InvalidMetricQuery
from tags.fields import TagsField
from tenants.access import Access
from tenants.fields import UserAccessLevelField
from tenants.levels import SAVED_METRIC
from tenants.models import Project
from users.serializers import UserBasicSerializer

_METRIC = {"$ref": "#/components/schemas/ExperimentMetric"}


class ActionNames:
    """The current names of a project's actions, looked up only when a metric needs one.

    An action that is denied the reader keeps the name that the metric was stored with.
    """

    def __init__(self, project: Project, access: Access | None) -> None:
        self._project, self._access = project, access

    @cached_property
    def _names(self) -> dict[int, str]:
        return action_names(project=self._project, access=self._access)

    def refreshed(self, metric: object) -> object:
        """Return the metric showing its actions' current names."""
        if not isinstance(metric, dict) or not action_ids(document=metric):
            return metric
        return with_action_names(document=metric, names=self._names)

    def within(self, metrics: Iterable[object]) -> dict[int, str | None]:
        """Return the names of the actions in these metrics, None where there is none to show."""
        documents = [metric for metric in metrics if isinstance(metric, dict)]
        ids = [found for document in documents for found in action_ids(document=document)]
        return self._of(ids)

    def are(self, known: Mapping[int, str | None]) -> bool:
        """Tell whether these are the current names of these actions."""
        return known == self._of(known)

    def _of(self, ids: Iterable[int]) -> dict[int, str | None]:
        return {action_id: self._names.get(action_id) for action_id in ids}


def action_names_of(context: dict[str, Any]) -> ActionNames:
    """Return the one look-up that everything rendered in this request shares."""
    names: ActionNames | None = context.get("action_names")
    if names is None:
        names = ActionNames(context["project"], context.get("access"))
        context["action_names"] = names
    return names


@extend_schema_field(_METRIC)
class MetricQueryField(DocumentField):
    """A metric document."""

    def to_representation(self, value: object) -> Any:
        return action_names_of(self.context).refreshed(value)


class SavedMetricSerializer(ModelSerializer[SavedMetric]):
    """A metric definition that experiments share."""

    name = serializers.CharField(max_length=400)
    description = serializers.CharField(
        max_length=400, required=False, allow_null=True, allow_blank=True
    )
    query = MetricQueryField(
        help_text="An `ExperimentMetric` of type `mean`, `funnel`, `ratio` or `retention`. "
        "The server gives it a `uuid`, which then stays."
    )
    created_by = UserBasicSerializer(read_only=True, allow_null=True)
    tags = TagsField(required=False)
    user_access_level = UserAccessLevelField(SAVED_METRIC)

    class Meta:
        model = SavedMetric
        fields = [
            "id",
            "name",
            "description",
            "query",
            "created_by",
            "created_at",
            "updated_at",
            "tags",
            "user_access_level",
        ]
        read_only_fields = ["created_at", "updated_at"]

    def validate_query(self, value: object) -> object:
        # An action that is denied the caller does not exist for them, unless it is there already.
        ids = _action_ids(value) - _action_ids(getattr(self.instance, "query", None))
        project, access = self.context["project"], self.context["access"]
        if hidden := hidden_actions(project=project, access=access, ids=ids):
            raise InvalidMetricQuery(not_in_project("action", hidden))
        return value


def _action_ids(query: object) -> set[int]:
    return set(action_ids(document=query)) if isinstance(query, dict) else set()
