"""The endpoints of the rules about a project, and about all things of a kind in it."""

from django.db.models import Model, QuerySet

from api.access_rules.viewsets import RulesViewSet
from core import preconditions
from tenants import selectors
from tenants.models import Project
from tenants.selectors import Overview, Target


class ProjectAccessControlViewSet(RulesViewSet):
    """Access rules about a project say who may enter it: not those with the level `none`.

    Those whom a rule makes `admin` may write all access rules of the project, as admins of the
    organization may.
    """

    document_tag = "access_control"
    queryset = Project.objects.none()

    def get_queryset(self) -> QuerySet[Project]:
        return Project.objects.filter(pk=self.project.pk)

    def get_object(self) -> Model:
        self.check_object_permissions(self.request, self.project)
        preconditions.note_subject(self.project)
        return self.project


class ResourceAccessControlViewSet(ProjectAccessControlViewSet):
    """Access rules about all things of a kind: about every experiment, every feature flag.

    Those about experiments hold for holdouts and saved metrics too. A rule for a member or a role
    about a single one of them comes first.
    """

    def target_of(self, row: Model) -> Target | None:
        return None

    def overview_of(self, row: Model) -> Overview:
        return selectors.overview_of_kinds(project=self.project, access=self.access)
